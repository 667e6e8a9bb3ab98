import { releasePathOf } from './release-path.ts';

/** What a static host answers a request with. */
export type Place =
  | { readonly type: 'file'; readonly path: string; readonly status: 200 | 404 }
  /** The folder of that name: its own address ends in a slash, or relative addresses in its page would be wrong. */
  | { readonly type: 'folder' }
  | { readonly type: 'missing' };

/**
 * Finds what an address of the app origin means, as the hosts do that web apps are built for: the file itself, the page of
 * that name, the folder. What is not there is for a navigation the release's own 404.html, or else its first page,
 * which shows its routes itself; for everything else it is missing.
 */
export function placeOf(pathname: string, navigation: boolean, sizes: { has(path: string): boolean }): Place {
  const path = releasePathOf(pathname);
  if (path !== undefined) {
    if (sizes.has(path)) return { type: 'file', path, status: 200 };
    if (sizes.has(`${path}.html`)) return { type: 'file', path: `${path}.html`, status: 200 };
    if (sizes.has(`${path}/index.html`)) return { type: 'folder' };
  }
  if (navigation && sizes.has('404.html')) return { type: 'file', path: '404.html', status: 404 };
  if (navigation && sizes.has('index.html')) return { type: 'file', path: 'index.html', status: 200 };
  return { type: 'missing' };
}

/** The page that goes on to a folder's own address, which ends in a slash, and keeps query and fragment. */
export const FOLDER_PAGE = `<!doctype html>
<meta charset="utf-8">
<title></title>
<script>location.replace(location.pathname + '/' + location.search + location.hash);</script>
`;
