/**
 * Serves the app origin without its server: the release from the shell, our own files from this script. These are built in
 * and not kept in a cache, because the release could write to any cache of its origin and so plant a client or a bridge
 * that outlives it; the browser's own copy of this script it cannot reach.
 */
import { blobOfPage } from './blob-answers.ts';
import bridgePage from './bridge.html?raw';
import bridgeScript from './bridge.ts?script';
import clientScript from './client.ts?script';
import { createLeftBehind } from './left-behind.ts';
import { assertOwnRegistration } from './own-registration.ts';
import {
  BRIDGE_PAGE_PATH,
  BRIDGE_SCRIPT_PATH,
  CLIENT_SCRIPT_PATH,
  type PortOffer,
  type PortRequest,
  SHELL_ORIGIN,
} from './protocol.ts';
import { createReleaseServer } from './release-server.ts';
import { createShellFiles } from './shell-files.ts';
import { createWorkerMessages } from './worker-messages.ts';
import { createWorkerRequests } from './worker-requests.ts';
import type { StaticRoute, WorkerClient, WorkerScope } from './worker-scope.ts';

const scope = globalThis as unknown as WorkerScope;
assertOwnRegistration(scope);
/** The server answers with the bridge even when this worker is stuck; with it gone the worker does. */
const BRIDGE_ROUTES = [BRIDGE_PAGE_PATH, BRIDGE_SCRIPT_PATH].map(
  (urlPattern): StaticRoute => ({ condition: { urlPattern }, source: 'race-network-and-fetch-handler' }),
);
const OWN_FILES: ReadonlyMap<string, string> = new Map([
  [BRIDGE_PAGE_PATH, bridgePage],
  [BRIDGE_SCRIPT_PATH, bridgeScript],
  [CLIENT_SCRIPT_PATH, clientScript],
]);
const BRIDGE_ADDRESS = `${scope.location.origin}${BRIDGE_PAGE_PATH}`;
const files = createShellFiles({ requestPort: () => void requestPort() });
const isBridge = (client: WorkerClient | null) => client?.url === BRIDGE_ADDRESS;
const leftBehind = createLeftBehind({
  clients: scope.clients,
  isOurs: isBridge,
  monotonicMs: () => performance.now(),
});
/** The shell was told what the release does that runs. */
let disturbed = false;

scope.addEventListener('install', (event) => {
  // A browser that knows no such routes asks this worker for the bridge.
  const routed = event.addRoutes?.(BRIDGE_ROUTES).catch(() => undefined);
  event.waitUntil(Promise.all([scope.skipWaiting(), routed]));
});
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener(
  'message',
  createWorkerMessages({
    isBridge,
    leftBehind,
    takePort: (port, offer) => void takePort(port, offer),
    blame,
  }),
);
const respond = createWorkerRequests({
  origin: scope.location.origin,
  shellOrigin: SHELL_ORIGIN,
  leftBehind,
  ownFiles: OWN_FILES,
  blobOf: (clientId, address) => blobOfPage(scope, clientId, address),
  serveRelease: createReleaseServer({ files, shellOrigin: SHELL_ORIGIN }),
});
scope.addEventListener('fetch', (event) => event.respondWith(respond(event)));

async function takePort(port: MessagePort, { begins }: PortOffer): Promise<void> {
  if (begins) {
    disturbed = false;
    await leftBehind.note();
  }
  files.take(port);
}

/** Said once a run. */
function blame(): void {
  if (!disturbed) files.tellDisturbed();
  disturbed = true;
}

async function requestPort(): Promise<void> {
  const message: PortRequest = { type: 'port-request' };
  for (const client of await scope.clients.matchAll({ includeUncontrolled: true, type: 'window' }))
    if (isBridge(client)) client.postMessage(message);
}
