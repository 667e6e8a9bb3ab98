import { lookup } from 'mrmime';

/** What the library leaves out (its list has no x- types), or registers for another purpose than a page's. */
const OTHER_TYPES: ReadonlyMap<string, string> = new Map([
  ['cjs', 'text/javascript'],
  ['ico', 'image/x-icon'],
  ['flac', 'audio/flac'],
  ['m3u8', 'application/vnd.apple.mpegurl'],
  ['mkv', 'video/x-matroska'],
]);

/** What a file of this name is served as; unknown ones as opaque bytes, which `nosniff` keeps from running. */
export function mediaTypeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  const type = OTHER_TYPES.get(extension) ?? (extension === '' ? undefined : lookup(extension));
  if (type === undefined) return 'application/octet-stream';
  // XML says its own encoding, and what is said here would count for more.
  return type.startsWith('text/') && type !== 'text/xml' ? `${type}; charset=utf-8` : type;
}

/** A page that runs scripts, and so gets the client's. */
export function isPage(mediaType: string): boolean {
  return mediaType.startsWith('text/html') || mediaType === 'application/xhtml+xml';
}
