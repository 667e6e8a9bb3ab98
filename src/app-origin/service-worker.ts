/**
 * Serves the app origin without its server: the release from the shell, our own four files from this script. These are
 * built in and not kept in a cache, because the release could write to any cache of its origin and so plant a client
 * or a bridge that outlives it; the browser's own copy of this script it cannot reach.
 */
import bridgePage from './bridge.html?raw';
import bridgeScript from './bridge.ts?script';
import clientScript from './client.ts?script';
import { mediaTypeOf } from './media-types.ts';
import {
  BARE_FILE_PATH,
  BRIDGE_PAGE_PATH,
  BRIDGE_SCRIPT_PATH,
  CLIENT_SCRIPT_PATH,
  isPortOffer,
  type PortRequest,
  RESERVED_PATH,
  SHELL_PARAMETER,
} from './protocol.ts';
import { createReleaseServer } from './release-server.ts';
import { bridgePolicy, responseHeaders } from './response-headers.ts';
import { createShellFiles } from './shell-files.ts';
import type { WorkerScope } from './worker-scope.ts';

const scope = globalThis as unknown as WorkerScope;
// Attack: a release registers this script for a part of the origin, to have that part answered by a port of its own.
if (scope.registration.scope !== `${scope.location.origin}/`)
  throw new Error(`this worker serves the whole origin, not ${scope.registration.scope}`);
/** Part of this script's address, so that the browser keeps it while the worker is stopped. */
const shellOrigin = new URL(new URL(scope.location.href).searchParams.get(SHELL_PARAMETER) ?? '').origin;
const RESERVED_FILES: ReadonlyMap<string, string> = new Map([
  [BRIDGE_PAGE_PATH, bridgePage],
  [BRIDGE_SCRIPT_PATH, bridgeScript],
  [CLIENT_SCRIPT_PATH, clientScript],
]);
const files = createShellFiles({ requestPort: () => void requestPort() });
const serveRelease = createReleaseServer({ files, shellOrigin });

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener('message', (event) => {
  const [port] = event.ports;
  if (port && isPortOffer(event.data)) files.take(port);
});
scope.addEventListener('fetch', (event) => event.respondWith(respond(event.request)));

async function requestPort(): Promise<void> {
  const message: PortRequest = { type: 'port-request' };
  for (const client of await scope.clients.matchAll({ includeUncontrolled: true, type: 'window' }))
    if (new URL(client.url).pathname === BRIDGE_PAGE_PATH) client.postMessage(message);
}

/** Nothing here ever reaches for the network. */
async function respond(request: Request): Promise<Response> {
  const { origin, pathname } = new URL(request.url);
  if (origin !== scope.location.origin) return Response.error();
  if (pathname.startsWith(RESERVED_PATH) && !pathname.startsWith(BARE_FILE_PATH))
    return reservedFile(pathname);
  return serveRelease(request);
}

function reservedFile(pathname: string): Response {
  const text = RESERVED_FILES.get(pathname);
  const bytes = new TextEncoder().encode(
    text ?? `${RESERVED_PATH} is kept for Fieldfare; it has no such file.`,
  );
  const mediaType = text === undefined ? 'text/plain; charset=utf-8' : mediaTypeOf(pathname);
  return new Response(bytes, {
    status: text === undefined ? 404 : 200,
    headers: responseHeaders(mediaType, bridgePolicy(shellOrigin), bytes.length),
  });
}
