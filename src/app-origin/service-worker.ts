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
import { mediaTypeOf } from './media-types.ts';
import { assertOwnRegistration } from './own-registration.ts';
import {
  BARE_FILE_PATH,
  BLOB_WORKER_PATH,
  BRIDGE_PAGE_PATH,
  BRIDGE_SCRIPT_PATH,
  CLIENT_SCRIPT_PATH,
  isPortOffer,
  isTakingNotice,
  type PortOffer,
  type PortRequest,
  RESERVED_PATH,
  SHELL_ORIGIN,
} from './protocol.ts';
import { createReleaseServer } from './release-server.ts';
import { bridgePolicy, responseHeaders, workerPolicy } from './response-headers.ts';
import { createShellFiles } from './shell-files.ts';
import type { FetchEvent, StaticRoute, WorkerClient, WorkerScope } from './worker-scope.ts';

const scope = globalThis as unknown as WorkerScope;
assertOwnRegistration(scope);
/** The server answers with the bridge even when this worker is stuck; with it gone the worker does. */
const BRIDGE_ROUTES = [BRIDGE_PAGE_PATH, BRIDGE_SCRIPT_PATH].map(
  (urlPattern): StaticRoute => ({ condition: { urlPattern }, source: 'race-network-and-fetch-handler' }),
);
const RESERVED_FILES: ReadonlyMap<string, string> = new Map([
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
const serveRelease = createReleaseServer({ files, shellOrigin: SHELL_ORIGIN });

scope.addEventListener('install', (event) => {
  // A browser that knows no such routes asks this worker for the bridge.
  const routed = event.addRoutes?.(BRIDGE_ROUTES).catch(() => undefined);
  event.waitUntil(Promise.all([scope.skipWaiting(), routed]));
});
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener('message', (event) => {
  // First of all, since of a flood each message costs what is done here.
  if (!isBridge(event.source)) {
    if (!leftBehind.has(event.source?.id ?? '')) blame();
  } else if (isTakingNotice(event.data)) {
    if (!leftBehind.linger()) blame();
  } else if (event.ports[0] && isPortOffer(event.data)) void takePort(event.ports[0], event.data);
});
scope.addEventListener('fetch', (event) => event.respondWith(respond(event)));

async function takePort(port: MessagePort, { begins }: PortOffer): Promise<void> {
  if (begins) {
    disturbed = false;
    await leftBehind.note();
  }
  files.take(port);
}

/**
 * Attack: a release offers a port of its own, floods the queue in which the shell's comes, or takes this worker's
 * registration.
 */
function blame(): void {
  if (!disturbed) files.tellDisturbed();
  disturbed = true;
}

async function requestPort(): Promise<void> {
  const message: PortRequest = { type: 'port-request' };
  for (const client of await scope.clients.matchAll({ includeUncontrolled: true, type: 'window' }))
    if (isBridge(client)) client.postMessage(message);
}

/** Nothing here ever reaches for the network. */
async function respond({ request, clientId }: FetchEvent): Promise<Response> {
  const { origin, pathname } = new URL(request.url);
  if (origin !== scope.location.origin || leftBehind.has(clientId)) return Response.error();
  // Attack: a shared worker outlives its release, and the next one hears it.
  if (request.destination === 'sharedworker') return refusal(403, 'No shared worker runs here.');
  if (pathname.startsWith(BLOB_WORKER_PATH)) return blobWorker(pathname, clientId);
  if (pathname.startsWith(RESERVED_PATH) && !pathname.startsWith(BARE_FILE_PATH))
    return reservedFile(pathname);
  return serveRelease(request);
}

function reservedFile(pathname: string): Response {
  const text = RESERVED_FILES.get(pathname);
  if (text === undefined) return refusal(404, `${RESERVED_PATH} is kept for Fieldfare; it has no such file.`);
  return answer(200, new TextEncoder().encode(text), mediaTypeOf(pathname));
}

async function blobWorker(address: string, clientId: string): Promise<Response> {
  const blob = await blobOfPage(scope, clientId, address);
  if (blob === undefined) return refusal(404, 'The page that started this worker has no such blob.');
  const mediaType = 'text/javascript; charset=utf-8';
  return new Response(blob, { headers: responseHeaders(mediaType, workerPolicy(SHELL_ORIGIN), blob.size) });
}

function refusal(status: number, words: string): Response {
  return answer(status, new TextEncoder().encode(words), 'text/plain; charset=utf-8');
}

function answer(status: number, bytes: Uint8Array<ArrayBuffer>, mediaType: string): Response {
  return new Response(bytes, {
    status,
    headers: responseHeaders(mediaType, bridgePolicy(SHELL_ORIGIN), bytes.length),
  });
}
