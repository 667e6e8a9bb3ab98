import type { PageReport } from './page-report.ts';

/**
 * Has the shell open what a page wants in a window of its own, by `window.open` or a link: no window is the release's, so none goes
 * on when the release has ended. The shell decides, and the page is answered as by a browser that opens windows without an opener:
 * `null`.
 */
export function askForPopups(page: Window & typeof globalThis, report: PageReport): void {
  page.open = (address) => {
    const url = toOpen(page, String(address ?? ''));
    if (url !== undefined) report.wantPopup(url);
    return null;
  };
  page.addEventListener('click', (event) => {
    const link = event.composedPath().find((target) => target instanceof page.HTMLAnchorElement);
    if (event.defaultPrevented || link?.target !== '_blank') return;
    const url = toOpen(page, link.href);
    if (url === undefined) return;
    event.preventDefault();
    report.wantPopup(url);
  });
}

/** Pages of others alone: one of the release's own would be the release, outside of its frame. */
function toOpen(page: Window, address: string): string | undefined {
  if (!URL.canParse(address, page.document.baseURI)) return undefined;
  const url = new URL(address, page.document.baseURI);
  return url.origin === page.location.origin || !/^https?:$/.test(url.protocol) ? undefined : url.href;
}
