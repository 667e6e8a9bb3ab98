/**
 * A hidden page of the app origin: registers the worker and passes it the shell's ports. A release shares its origin
 * and can script it, so the shell makes a new bridge for every run and believes none.
 */
import {
  type BridgeMessage,
  isPortOffer,
  isPortRequest,
  type PortOffer,
  SHELL_PARAMETER,
  WORKER_SCRIPT_PATH,
} from './protocol.ts';

const shellOrigin = new URL(new URLSearchParams(location.search).get(SHELL_PARAMETER) ?? '').origin;

function tellShell(message: BridgeMessage): void {
  window.parent.postMessage(message, shellOrigin);
}

/** Resolves once the worker that speaks for this shell serves; with the server gone, that is the one already there. */
async function activeRegistration(): Promise<ServiceWorkerRegistration> {
  const script = `${WORKER_SCRIPT_PATH}?${new URLSearchParams({ [SHELL_PARAMETER]: shellOrigin })}`;
  const registration = await navigator.serviceWorker.register(script, { scope: '/', updateViaCache: 'none' });
  const newest = registration.installing ?? registration.waiting ?? registration.active;
  if (newest && newest.state !== 'activated')
    await new Promise<void>((resolve, reject) => {
      newest.addEventListener('statechange', () => {
        if (newest.state === 'activated') resolve();
        if (newest.state === 'redundant')
          reject(new Error(`${script} could not be installed: see that it is served whole`));
      });
    });
  return registration;
}

async function start(): Promise<void> {
  if (!('serviceWorker' in navigator))
    throw new Error(
      `no service worker is allowed on ${location.origin}: serve it over https or as localhost`,
    );
  const registration = await activeRegistration();
  window.addEventListener('message', (event) => {
    const [port] = event.ports;
    if (event.source !== window.parent || event.origin !== shellOrigin || !port || !isPortOffer(event.data))
      return;
    const offer: PortOffer = { type: 'port-offer' };
    registration.active?.postMessage(offer, [port]);
  });
  navigator.serviceWorker.addEventListener('message', (event) => {
    if (isPortRequest(event.data)) tellShell({ type: 'port-wanted' });
  });
  navigator.serviceWorker.startMessages();
  tellShell({ type: 'port-wanted' });
  // Offline this fails, and the worker that is there goes on.
  registration.update().catch(() => undefined);
}

start().catch((error: unknown) => {
  tellShell({ type: 'bridge-failed', reason: error instanceof Error ? error.message : String(error) });
});
