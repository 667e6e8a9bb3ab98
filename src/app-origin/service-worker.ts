/**
 * Serves the app origin without its server: the release from the shell, our own four files from this script. These are
 * built in and not kept in a cache, because the release could write to any cache of its origin and so plant a client
 * or a bridge that outlives it; the browser's own copy of this script it cannot reach.
 */
import bridgePage from './bridge.html?raw';
import bridgeScript from './bridge.ts?script';
import { byteRangeOf } from './byte-range.ts';
import clientScript from './client.ts?script';
import { injectClient } from './inject-client.ts';
import { mediaTypeOf } from './media-types.ts';
import {
  BRIDGE_PAGE_PATH,
  BRIDGE_SCRIPT_PATH,
  CLIENT_SCRIPT_PATH,
  type FileAnswer,
  isPortOffer,
  type PortRequest,
  RESERVED_PATH,
  SHELL_PARAMETER,
} from './protocol.ts';
import { isRoute, releasePathOf } from './release-path.ts';
import { bridgePolicy, releasePolicy, responseHeaders } from './response-headers.ts';
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
  const url = new URL(request.url);
  if (url.origin !== scope.location.origin) return Response.error();
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refusal(405, `A release is served from files: ${request.method} has nowhere to go.`);
  if (url.pathname.startsWith(RESERVED_PATH)) return reservedFile(url.pathname);
  const path = releasePathOf(url.pathname);
  if (path === undefined) return refusal(404, 'This address cannot name a file of a release.');
  const navigation = request.mode === 'navigate';
  let served = path;
  let answer = await files.read(path);
  if (answer.type === 'file-missing' && navigation && isRoute(path)) {
    served = 'index.html';
    answer = await files.read(served);
  }
  return fileResponse(request, served, answer, navigation);
}

function reservedFile(pathname: string): Response {
  const text = RESERVED_FILES.get(pathname);
  if (text === undefined) return refusal(404, `${RESERVED_PATH} is kept for Fieldfare; it has no such file.`);
  return bytesResponse(new TextEncoder().encode(text), mediaTypeOf(pathname), bridgePolicy(shellOrigin));
}

function fileResponse(request: Request, path: string, answer: FileAnswer, navigation: boolean): Response {
  if (answer.type === 'file-missing') return refusal(404, `The release has no file ${path}.`);
  if (answer.type === 'file-failed') return refusal(504, `${path} could not be read: ${answer.reason}.`);
  const mediaType = answer.mediaType || mediaTypeOf(path);
  const policy = releasePolicy(shellOrigin);
  if (navigation && mediaType.startsWith('text/html')) {
    const page = injectClient(answer.bytes);
    return bytesResponse(page.bytes, page.utf8 ? 'text/html; charset=utf-8' : mediaType, policy);
  }
  const sizeBytes = answer.bytes.length;
  const range = byteRangeOf(request.headers.get('range'), sizeBytes);
  if (range === 'whole') return bytesResponse(answer.bytes, mediaType, policy);
  const unsatisfiable = range === 'unsatisfiable';
  const part = unsatisfiable ? new Uint8Array() : answer.bytes.subarray(range.start, range.end);
  const covered = unsatisfiable ? '*' : `${range.start}-${range.end - 1}`;
  return bytesResponse(part, mediaType, policy, unsatisfiable ? 416 : 206, `bytes ${covered}/${sizeBytes}`);
}

function refusal(status: number, text: string): Response {
  const bytes = new TextEncoder().encode(text);
  return bytesResponse(bytes, 'text/plain; charset=utf-8', releasePolicy(shellOrigin), status);
}

function bytesResponse(
  bytes: Uint8Array,
  mediaType: string,
  policy: string,
  status = 200,
  contentRange?: string,
): Response {
  const headers = new Headers(responseHeaders(mediaType, policy, bytes.length));
  if (contentRange !== undefined) headers.set('Content-Range', contentRange);
  return new Response(bytes as Uint8Array<ArrayBuffer>, { status, headers });
}
