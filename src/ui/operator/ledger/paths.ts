/** The path above; "/" is above itself. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

/** The last name of a path; "/" for the root. */
export function nameOf(path: string): string {
  return path === '/' ? '/' : path.slice(path.lastIndexOf('/') + 1);
}

/** The paths above `path`, "/" first, itself left out. */
export function ancestorsOf(path: string): readonly string[] {
  const above: string[] = [];
  for (let at = path; at !== '/'; ) {
    at = parentOf(at);
    above.unshift(at);
  }
  return above;
}

/** What a person typed, as a path: one "/" before each name and none at the end. */
export function readTypedPath(typed: string): string {
  return `/${typed.trim().split('/').filter(Boolean).join('/')}`;
}

/** Address of the ledger page; `at` is the entry that ends the past to be shown. */
export function ledgerAddress(place: { readonly path: string; readonly at?: string | undefined }): string {
  const params = new URLSearchParams();
  if (place.path !== '/') params.set('path', place.path);
  if (place.at !== undefined) params.set('at', place.at);
  const query = params.toString();
  return query === '' ? '/ledger' : `/ledger?${query}`;
}
