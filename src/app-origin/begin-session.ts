const KEY = 'fieldfare.run';

/**
 * Empties the session storage at the first page of a run, before any script of the release; a page that is ours knows of none, and is never
 * the first. Attack: a release hands something by it to
 * its successor, or to another product. No other page can do this: Chromium gives each process a copy of session storage of its own, so
 * that the bridge may see an old one.
 */
export function beginSession(page: Pick<Window, 'sessionStorage'>, run: string): void {
  if (run === '') return;
  try {
    const { sessionStorage } = page;
    if (sessionStorage.getItem(KEY) === run) return;
    sessionStorage.clear();
    sessionStorage.setItem(KEY, run);
  } catch {
    // A page that has no storage shares none.
  }
}
