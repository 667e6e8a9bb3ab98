import type { LeftBehind } from './left-behind.ts';
import { mediaTypeOf } from './media-types.ts';
import { BARE_FILE_PATH, BLOB_WORKER_PATH, RESERVED_PATH } from './protocol.ts';
import type { ReleaseRequest } from './release-server.ts';
import { bridgePolicy, responseHeaders, workerPolicy } from './response-headers.ts';

/** Who answers what is asked of the app origin: a release's files, our own, or nobody. Nothing here ever reaches for the network. */
export function createWorkerRequests(deps: {
  readonly origin: string;
  readonly shellOrigin: string;
  readonly leftBehind: Pick<LeftBehind, 'has'>;
  /** Our own files by path; they are built in, since the release could write to any cache of its origin. */
  readonly ownFiles: ReadonlyMap<string, string>;
  /** The script of a blob of the page or worker that asks. */
  readonly blobOf: (clientId: string, address: string) => Promise<Blob | undefined>;
  readonly serveRelease: (request: ReleaseRequest) => Promise<Response>;
}): (event: { readonly request: ReleaseRequest; readonly clientId: string }) => Promise<Response> {
  const { origin, shellOrigin } = deps;

  const answer = (status: number, bytes: Uint8Array<ArrayBuffer>, mediaType: string) =>
    new Response(bytes, {
      status,
      headers: responseHeaders(mediaType, bridgePolicy(shellOrigin), bytes.length),
    });
  const refusal = (status: number, words: string) =>
    answer(status, new TextEncoder().encode(words), 'text/plain; charset=utf-8');

  const ownFile = (pathname: string): Response => {
    const text = deps.ownFiles.get(pathname);
    if (text === undefined)
      return refusal(404, `${RESERVED_PATH} is kept for Fieldfare; it has no such file.`);
    return answer(200, new TextEncoder().encode(text), mediaTypeOf(pathname));
  };

  const blobWorker = async (address: string, clientId: string): Promise<Response> => {
    const blob = await deps.blobOf(clientId, address);
    if (blob === undefined) return refusal(404, 'The page that started this worker has no such blob.');
    const mediaType = 'text/javascript; charset=utf-8';
    return new Response(blob, { headers: responseHeaders(mediaType, workerPolicy(shellOrigin), blob.size) });
  };

  return async ({ request, clientId }) => {
    const { origin: asked, pathname } = new URL(request.url);
    if (asked !== origin || deps.leftBehind.has(clientId)) return Response.error();
    // Attack: a shared worker outlives its release, and the next one hears it.
    if (request.destination === 'sharedworker') return refusal(403, 'No shared worker runs here.');
    if (pathname.startsWith(BLOB_WORKER_PATH)) return blobWorker(pathname, clientId);
    if (pathname.startsWith(RESERVED_PATH) && !pathname.startsWith(BARE_FILE_PATH)) return ownFile(pathname);
    return deps.serveRelease(request);
  };
}
