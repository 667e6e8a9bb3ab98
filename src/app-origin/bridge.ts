/**
 * A hidden page of the app origin: registers the worker, sees that it stays, and passes it the shell's ports. Releases
 * run in an agent cluster of their own (Document-Isolation-Policy), so they cannot script it; the shell still believes
 * it no more than them, since it is of their origin.
 */
import { serveDataTask } from './data-tasks.ts';
import type { OriginStorage } from './origin-data/origin-data.ts';
import {
  type BridgeMessage,
  isDataTask,
  isPortOffer,
  isPortRequest,
  type PortOffer,
  SHELL_ORIGIN,
  type TakingNotice,
} from './protocol.ts';
import { createRegistrar } from './registrar.ts';

/** A guess: so long a release that unregisters the worker can go on; a look costs the browser a fraction of a millisecond. */
const LOOK_EVERY_MS = 500;

/** Any target will do: `frame-ancestors` lets no other page than the shell be the parent, and nothing said is secret. */
function tellShell(message: BridgeMessage): void {
  window.parent.postMessage(message, '*');
}

async function start(): Promise<void> {
  if (!('serviceWorker' in navigator))
    throw new Error(
      `no service worker is allowed on ${location.origin}: serve it over https or as localhost`,
    );
  if (new URL(SHELL_ORIGIN).hostname.endsWith('.invalid'))
    throw new Error(
      `the server of ${location.origin} must write the shell's origin into the files that it serves`,
    );
  const workers = navigator.serviceWorker;
  const registrar = createRegistrar(workers, location.origin);
  let registration = await registrar.register();

  const mend = async (): Promise<void> => {
    if (await registrar.isIntact()) return;
    const notice: TakingNotice = { type: 'registration-taken' };
    registration.active?.postMessage(notice);
    registration = await registrar.register();
  };

  window.addEventListener('message', async ({ source, origin, data, ports: [port] }) => {
    if (source !== window.parent || origin !== SHELL_ORIGIN || !port) return;
    if (isDataTask(data)) return serveDataTask(data, port, storageOf(window));
    if (!isPortOffer(data)) return;
    // The shell opens a page once the worker has the port, and a page of no registration is the server's.
    await mend().catch(() => undefined);
    const offer: PortOffer = { type: 'port-offer', begins: data.begins };
    registration.active?.postMessage(offer, [port]);
  });
  workers.addEventListener('message', ({ data }) => {
    if (isPortRequest(data)) tellShell({ type: 'port-wanted' });
  });
  workers.startMessages();
  tellShell({ type: 'port-wanted' });
  // Offline this fails, and the worker that is there goes on.
  registration.update().catch(() => undefined);

  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    await mend().catch(() => undefined);
  }
}

function storageOf({ indexedDB, caches, localStorage }: Window & typeof globalThis): OriginStorage {
  const { storage } = navigator;
  return {
    databases: indexedDB,
    caches,
    texts: localStorage,
    filesRoot: () => storage.getDirectory(),
    buckets: (navigator as { readonly storageBuckets?: OriginStorage['buckets'] }).storageBuckets,
    usageBytes: async () => (await storage.estimate()).usage ?? 0,
  };
}

start().catch((error: unknown) => {
  tellShell({ type: 'bridge-failed', reason: error instanceof Error ? error.message : String(error) });
});
