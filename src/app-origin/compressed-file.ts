/**
 * Types of which an app wants what is inside when it asks for the compressed file: what a browser runs or shows, and what
 * Unity's loader fetches ("Server configuration code samples" of its manual lists these). Apps that ship other things
 * compressed take them apart themselves (a dictionary in .dat.gz, a volume in .nii.gz), and would fail on bytes that are
 * no longer compressed.
 */
const MEANT_UNCOMPRESSED = /\.(?:m?js|css|html?|svg|wasm|data|symbols\.json)$/i;

export interface CompressedFile {
  readonly format: 'gzip' | 'br';
  /** The name of what is inside. */
  readonly inner: string;
}

/**
 * Whether a file is to be handed over as what is inside it. A host on the network would name the format in
 * Content-Encoding; no browser looks at that header in an answer of a service worker.
 *
 * `destination` is the request's (Fetch, section 2.2.5), empty for `fetch` and XMLHttpRequest: a script or an image is of
 * no use compressed, whatever its name.
 */
export function compressedFileOf(path: string, destination: string): CompressedFile | undefined {
  const match = /^(.+)\.(gz|br)$/i.exec(path);
  if (!match) return undefined;
  const inner = match[1]!;
  const format = match[2]!.toLowerCase() === 'gz' ? 'gzip' : 'br';
  return destination !== '' || MEANT_UNCOMPRESSED.test(inner) ? { format, inner } : undefined;
}

/** RFC 1952, section 2.3.1. A host that serves a file by its name alone may well serve one that is not compressed. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}
