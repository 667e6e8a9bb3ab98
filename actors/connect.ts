import { type Browser, chromium as playwright } from 'playwright';

/** A guess: attaching to a browser that still opens its first page can hang, and a second try does not. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Playwright's hold of a browser that was launched with the argument `FIRST_PAGE`. It answers all pages that are there before it is ready,
 * and one that is just being made may let it wait in vain, so it gets another try.
 */
export async function connectTo(wsEndpoint: string): Promise<Browser> {
  try {
    return await playwright.connectOverCDP(wsEndpoint, { timeout: CONNECT_TIMEOUT_MS });
  } catch {
    return playwright.connectOverCDP(wsEndpoint);
  }
}

/** The new-tab page is a browser page of its own, which Playwright sometimes waits for in vain. */
export const FIRST_PAGE = 'about:blank';
