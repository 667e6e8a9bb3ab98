import { refuseServiceWorkers } from './refused-service-worker.ts';

/**
 * Takes from a page what a release has no use for, so that an app which looks for it first goes on without: the browser
 * ends a page that opens WebRTC under our headers, shared workers are refused, and the worker that serves the page is not
 * the release's to change. Best effort, and not the boundary: a frame of `srcdoc` has all of it again. The boundary is
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
