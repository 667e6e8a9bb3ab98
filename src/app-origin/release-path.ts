import { isReleasePath } from './protocol.ts';

/**
 * The file that an address of the app origin names; undefined when it can name none. Releases have their paths in NFC; a page
 * that was written on a Mac may ask in NFD.
 */
export function releasePathOf(pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname).normalize('NFC');
  } catch {
    return undefined;
  }
  path = path.slice(1);
  if (path === '' || path.endsWith('/')) path += 'index.html';
  return isReleasePath(path) ? path : undefined;
}
