import { coversOrigin } from '../core/wire/entry/reach-address.ts';
import type { LeftBehind } from './left-behind.ts';
import { mediaTypeOf } from './media-types.ts';
import { BARE_FILE_PATH, BLOB_WORKER_PATH, RESERVED_PATH } from './protocol.ts';
import type { ReleaseRequest } from './release-server.ts';
import { bridgePolicy, responseHeaders, workerPolicy } from './response-headers.ts';
import type { ShellFiles } from './shell-files.ts';

/**
 * Who answers what pages of the app origin ask for: a release's files, our own, or nobody. Nothing here ever reaches for the network;
 * undefined leaves it to the browser to ask another host that the release is granted, under the policy of the page.
 */
export function createWorkerRequests(deps: {
  readonly origin: string;
  readonly shellOrigin: string;
  readonly leftBehind: Pick<LeftBehind, 'has'>;
  readonly files: Pick<ShellFiles, 'known' | 'release'>;
  /** Our own files by path; they are built in, since the release could write to any cache of its origin. */
  readonly ownFiles: ReadonlyMap<string, string>;
  /** The script of a blob of the page or worker that asks. */
  readonly blobOf: (clientId: string, address: string) => Promise<Blob | undefined>;
  readonly serveRelease: (request: ReleaseRequest) => Promise<Response>;
}): (event: {
  readonly request: ReleaseRequest;
  readonly clientId: string;
}) => Promise<Response> | undefined {
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
    const { permissions } = await deps.files.release();
    return new Response(blob, {
      headers: responseHeaders(mediaType, workerPolicy(shellOrigin, permissions), blob.size),
    });
  };

  /** A worker that was stopped knows no release yet, and cannot wait: the policy of the page holds, as it does before any of this. */
  const isGranted = ({ protocol, hostname, port }: URL): boolean => {
    const release = deps.files.known();
    const scheme = protocol.slice(0, -1);
    return (
      release === undefined ||
      release.permissions.reach.some((address) => coversOrigin(address, { scheme, hostname, port }))
    );
  };

  const answerOwn = async (
    request: ReleaseRequest,
    clientId: string,
    pathname: string,
  ): Promise<Response> => {
    // Attack: a shared worker outlives its release, and the next one hears it.
    if (request.destination === 'sharedworker') return refusal(403, 'No shared worker runs here.');
    if (pathname.startsWith(BLOB_WORKER_PATH)) return blobWorker(pathname, clientId);
    if (pathname.startsWith(RESERVED_PATH) && !pathname.startsWith(BARE_FILE_PATH)) return ownFile(pathname);
    return deps.serveRelease(request);
  };

  return ({ request, clientId }) => {
    const url = new URL(request.url);
    if (deps.leftBehind.has(clientId)) return Promise.resolve(Response.error());
    if (url.origin === origin) return answerOwn(request, clientId, url.pathname);
    return request.mode !== 'navigate' && isGranted(url) ? undefined : Promise.resolve(Response.error());
  };
}
