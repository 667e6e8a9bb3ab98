import { type ByteRange, byteRangeOf } from './byte-range.ts';
import { createFileStreams } from './file-stream.ts';
import { clientInjection } from './inject-client.ts';
import { mediaTypeOf } from './media-types.ts';
import { releasePolicy, responseHeaders } from './response-headers.ts';
import type { ServedRelease, ShellFiles } from './shell-files.ts';
import { FOLDER_PAGE, placeOf } from './static-host.ts';

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';

/** What is read of a request. */
export type ReleaseRequest = Pick<Request, 'url' | 'method' | 'mode' | 'headers'>;

type Body = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null;

/** Answers requests for a release's files as a static host does, from what the shell hands over. Never rejects. */
export function createReleaseServer(deps: {
  readonly files: ShellFiles;
  readonly shellOrigin: string;
}): (request: ReleaseRequest) => Promise<Response> {
  const policy = releasePolicy(deps.shellOrigin);
  const streams = createFileStreams();

  const reply = (
    body: Body,
    mediaType: string,
    sizeBytes: number | undefined,
    status = 200,
    more: Readonly<Record<string, string>> = {},
  ) => new Response(body, { status, headers: { ...responseHeaders(mediaType, policy, sizeBytes), ...more } });

  const text = (status: number, words: string, mediaType = TEXT) => {
    const bytes = new TextEncoder().encode(words);
    return reply(bytes, mediaType, bytes.length, status);
  };

  const respond = async (request: ReleaseRequest): Promise<Response> => {
    const navigation = request.mode === 'navigate';
    const { pathname, search } = new URL(request.url);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return text(405, `A release is served from files: ${request.method} has nowhere to go.`);
    const release = await deps.files.release();
    const place = placeOf(pathname, navigation, release.sizes);
    if (place.type === 'missing') return text(404, `The release has no file at ${pathname}.`);
    if (place.type === 'file') return fileResponse(request, release, place);
    // A page under our headers follows no redirect of a navigation: Connection-Allowlist allows none.
    if (navigation) return text(200, FOLDER_PAGE, HTML);
    return reply(null, TEXT, undefined, 302, { Location: `${pathname}/${search}` });
  };

  const fileResponse = async (
    request: ReleaseRequest,
    release: ServedRelease,
    { path, status }: { readonly path: string; readonly status: number },
  ): Promise<Response> => {
    const mediaType = mediaTypeOf(path);
    const sizeBytes = release.sizes.get(path)!;
    const page = request.mode === 'navigate' && mediaType.startsWith('text/html');
    const asked = page ? 'whole' : byteRangeOf(request.headers.get('range'), sizeBytes);
    if (asked === 'unsatisfiable')
      return reply(null, mediaType, 0, 416, { 'Content-Range': `bytes */${sizeBytes}` });
    const range: ByteRange = asked === 'whole' ? { start: 0, end: sizeBytes } : asked;
    const length = range.end - range.start;
    const headers: Readonly<Record<string, string>> = page ? {} : { 'Accept-Ranges': 'bytes' };
    const partial = asked === 'whole' ? undefined : `bytes ${range.start}-${range.end - 1}/${sizeBytes}`;
    const answer = (body: Body) =>
      partial === undefined
        ? reply(body, mediaType, page ? undefined : length, status, headers)
        : reply(body, mediaType, length, 206, { ...headers, 'Content-Range': partial });
    if (request.method === 'HEAD') return answer(null);

    const { body } = await streams.open(release, path, range);
    return answer(page ? streamOf(body()).pipeThrough(clientInjection()) : body());
  };

  return async (request) => {
    try {
      return await respond(request);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return text(504, `${new URL(request.url).pathname} could not be read: ${reason}.`);
    }
  };
}

function streamOf(body: Exclude<Body, null>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return body instanceof ReadableStream ? body : new Response(body).body!;
}
