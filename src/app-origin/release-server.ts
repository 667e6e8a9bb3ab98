import { type ByteRange, byteRangeOf } from './byte-range.ts';
import { compressedFileOf, isGzip } from './compressed-file.ts';
import { createFileStreams } from './file-stream.ts';
import { clientInjection } from './inject-client.ts';
import { isPage, mediaTypeOf } from './media-types.ts';
import { BARE_FILE_PATH } from './protocol.ts';
import { releasePolicy, responseHeaders, workerPolicy } from './response-headers.ts';
import type { ServedRelease, ShellFiles } from './shell-files.ts';
import { FOLDER_PAGE, placeOf } from './static-host.ts';
import { isShown, shownTypeOf, type ViewedFile, viewPage } from './view-page.ts';

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';

/** What is read of a request. */
export type ReleaseRequest = Pick<Request, 'url' | 'method' | 'mode' | 'destination' | 'headers'>;

type Body = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null;

interface ServedFile {
  readonly path: string;
  readonly status: number;
  readonly unzip: boolean;
  readonly mediaType: string;
}

/** Answers requests for a release's files as a static host does, from what the shell hands over. Never rejects. */
export function createReleaseServer(deps: {
  readonly files: Pick<ShellFiles, 'release'>;
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

  const view = (path: string, file: ViewedFile, status = 200) =>
    text(status, viewPage(path.slice(path.lastIndexOf('/') + 1), file), HTML);

  const respond = async (request: ReleaseRequest): Promise<Response> => {
    const navigation = request.mode === 'navigate';
    const url = new URL(request.url);
    const bare = url.pathname.startsWith(BARE_FILE_PATH);
    const pathname = bare ? url.pathname.slice(BARE_FILE_PATH.length - 1) : url.pathname;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const why = `A release is served from files: ${request.method} has nowhere to go.`;
      return navigation ? view(pathname, { type: 'not-shown', why }, 405) : text(405, why);
    }
    const release = await deps.files.release();
    const place = placeOf(pathname, navigation, release.sizes);
    if (place.type === 'missing') return text(404, `The release has no file at ${pathname}.`);
    if (place.type === 'folder') {
      // A page under our headers follows no redirect of a navigation: Connection-Allowlist allows none.
      if (navigation) return text(200, FOLDER_PAGE, HTML);
      return reply(null, TEXT, undefined, 302, { Location: `${url.pathname}/${url.search}` });
    }
    const { path, status } = place;
    const compressed = compressedFileOf(path, request.destination);
    const unzip = compressed?.format === 'gzip';
    const mediaType = mediaTypeOf(unzip ? compressed.inner : path);
    if (navigation && !bare && !isPage(mediaType)) return view(path, viewedFile(path, mediaType));
    if (compressed?.format === 'br' && request.destination !== '')
      return text(
        415,
        `${path} is compressed by Brotli, which a release's files cannot be: ship it as gzip or as it is.`,
      );
    const served = { path, status, unzip, mediaType: bare ? shownTypeOf(mediaType) : mediaType };
    return fileResponse(request, release, served);
  };

  const fileResponse = async (
    request: ReleaseRequest,
    release: ServedRelease,
    { path, status, unzip, mediaType }: ServedFile,
  ): Promise<Response> => {
    const sizeBytes = release.sizes.get(path)!;
    const page = request.mode === 'navigate' && isPage(mediaType);
    const changed = page || unzip;
    const asked = changed ? 'whole' : byteRangeOf(request.headers.get('range'), sizeBytes);
    if (asked === 'unsatisfiable')
      return reply(null, mediaType, 0, 416, { 'Content-Range': `bytes */${sizeBytes}` });
    const range: ByteRange = asked === 'whole' ? { start: 0, end: sizeBytes } : asked;
    const length = range.end - range.start;
    const headers: Readonly<Record<string, string>> = {
      ...(!changed && { 'Accept-Ranges': 'bytes' }),
      ...(request.destination === 'worker' && workerPolicy(deps.shellOrigin)),
    };
    const partial = asked === 'whole' ? undefined : `bytes ${range.start}-${range.end - 1}/${sizeBytes}`;
    const answer = (body: Body) =>
      partial === undefined
        ? reply(body, mediaType, changed ? undefined : length, status, headers)
        : reply(body, mediaType, length, 206, { ...headers, 'Content-Range': partial });
    if (request.method === 'HEAD') return answer(null);

    const bytes = await streams.open(release, path, range);
    let body: Body = bytes.body();
    if (unzip && isGzip(bytes.head)) body = streamOf(body).pipeThrough(new DecompressionStream('gzip'));
    if (page) body = streamOf(body).pipeThrough(clientInjection(release));
    return answer(body);
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

function viewedFile(path: string, mediaType: string): ViewedFile {
  if (!isShown(mediaType)) return { type: 'not-shown', why: 'This screen cannot show files of this kind.' };
  const address = `${BARE_FILE_PATH}${path.split('/').map(encodeURIComponent).join('/')}`;
  return { type: 'shown', address };
}

function streamOf(body: Exclude<Body, null>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return body instanceof ReadableStream ? body : new Response(body).body!;
}
