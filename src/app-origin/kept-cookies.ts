import { createCookieJar } from './cookie-jar.ts';

/**
 * Gives a page the cookies of its product in place of the browser's. `cookieStore` is taken away, so that an app which
 * looks for it first goes on with `document.cookie`. Best effort, as for the rest of a page's reach: a frame of `srcdoc`
 * has the browser's cookies, which servers bear and the shell deletes.
 */
export function keepCookies(page: Window & typeof globalThis, product: string): void {
  const jar = createCookieJar({
    product,
    lasting: page.localStorage,
    session: page.sessionStorage,
    page: page.location,
    nowMs: () => Date.now(),
  });
  Object.defineProperty(page.Document.prototype, 'cookie', {
    get: () => jar.read(),
    set: (line: unknown) => jar.write(String(line)),
    enumerable: true,
    configurable: true,
  });
  for (const name of ['cookieStore', 'CookieStore', 'CookieStoreManager', 'CookieChangeEvent'])
    Reflect.deleteProperty(page, name);
}
