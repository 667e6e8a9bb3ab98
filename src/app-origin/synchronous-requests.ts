import type { PageReport } from './page-report.ts';

/**
 * Refuses a page's synchronous requests for files of its release, with an explanation. In Chromium they bypass the
 * service worker (those of a dedicated worker do not): they would go to the app origin's server, which has no release,
 * or fail without a server, so that an app's behaviour would depend on whether the server can be reached. Requests for
 * `blob:` and `data:` addresses need neither and are let through. Best effort, like all that the client does in the
 * release's own page.
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
