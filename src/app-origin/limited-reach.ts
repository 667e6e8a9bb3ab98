/**
 * Takes from a page what a release has no use for: connections past the policy, and hands on the worker that serves it.
 * Best effort, and not the boundary: a frame of about:blank has them all again. The boundary is the headers of every
 * response and the shell's own origin; this only keeps mistakes from being made by accident.
 */
export function limitReach(page: Window): void {
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'WebTransport'])
    Reflect.deleteProperty(page, name);
  Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
}
