import { chromium as playwright, type BrowserContext, type Page } from 'playwright';
import { type Chromium, launchChromium } from '../chromium.ts';

/** One Chromium with a profile of its own and one page of Fieldfare in it. */
export interface BrowserActor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Lets the browser end by itself, so that its profile is written. */
  stop(): Promise<void>;
  /** As if the power was cut: nothing gets to say goodbye. */
  kill(): Promise<void>;
}

/** A guess: a browser that has not ended by itself after this long is ended. */
const STOP_TIMEOUT_MS = 5_000;

export async function openBrowser(options: {
  readonly profile: string;
  readonly url: string;
  readonly extraArguments?: readonly string[];
}): Promise<BrowserActor> {
  const browser = await launchChromium({
    userDataDirectory: options.profile,
    headless: true,
    ...(options.extraArguments && { extraArguments: options.extraArguments }),
  });
  const connection = await playwright.connectOverCDP(browser.wsEndpoint);
  const context = connection.contexts()[0]!;
  const page = context.pages()[0] ?? (await context.newPage());
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(options.url);
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    browser.kill(signal);
    await endOf(browser);
    await connection.close().catch(() => {});
  };
  return { page, context, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

async function endOf(browser: Chromium): Promise<void> {
  const timer = setTimeout(() => browser.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await browser.exited;
  clearTimeout(timer);
}
