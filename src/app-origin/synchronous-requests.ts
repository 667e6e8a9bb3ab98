import type { PageReport } from './page-report.ts';

/**
 * Refuses synchronous requests of a page for files of its release, in words. No service worker sees them in Chromium (a
 * worker's are seen): they would go to the app origin's server, which has no release, or fail for want of a server, so that what
 * an app does would hang on who is there. `blob:` and `data:` addresses need neither and stay.
 *
 * Best effort, like all that the client does in the release's own page.
 */
export function refuseSynchronousRequests(page: Window & typeof globalThis, report: PageReport): void {
  const { open, send } = page.XMLHttpRequest.prototype;
  const refused = new WeakMap<XMLHttpRequest, string>();

  page.XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...asked: unknown[]): void {
    Reflect.apply(open, this, asked);
    const address = new URL(String(asked[1]), page.document.baseURI);
    if (
      asked.length > 2 &&
      !asked[2] &&
      address.origin === page.location.origin &&
      address.protocol !== 'blob:'
    )
      refused.set(this, address.pathname);
    else refused.delete(this);
  };

  page.XMLHttpRequest.prototype.send = function (this: XMLHttpRequest, ...body: unknown[]): void {
    const path = refused.get(this);
    if (path === undefined) {
      Reflect.apply(send, this, body);
      return;
    }
    const words = `a release's files cannot be had by a synchronous XMLHttpRequest: ask for ${path} with fetch(), or asynchronously`;
    report.notice('release-warning', words, '');
    throw new page.DOMException(words, 'NetworkError');
  };
}
