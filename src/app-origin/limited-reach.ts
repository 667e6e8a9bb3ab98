import { refuseServiceWorkers } from './refused-service-worker.ts';

/**
 * Removes from a page what a release cannot use, so that an app which tests for it does without: the browser ends a
 * page that opens WebRTC under our headers, shared workers are refused, and a release must not change the worker that
 * serves it. This is best effort and not the security boundary: a `srcdoc` frame has all of it again. The boundary is
 * the headers of every response, what the worker refuses, and the shell's own origin.
 */
export function limitReach(page: Window & typeof globalThis): void {
  for (const name of [
    'RTCPeerConnection',
    'webkitRTCPeerConnection',
    'RTCDataChannel',
    'WebTransport',
    'SharedWorker',
  ])
    Reflect.deleteProperty(page, name);
  refuseServiceWorkers(page);
}
