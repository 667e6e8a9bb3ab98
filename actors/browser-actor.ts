import type { BrowserContext, Page } from 'playwright';
import { type Chromium, launchChromium } from './chromium.ts';
import { connectTo, FIRST_PAGE } from './connect.ts';

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

const VIEWPORT = { width: 1440, height: 900 };

/** Runs a browser elsewhere than in this process's network. */
export interface BrowserPlace {
  /** A command and its first arguments, such as `ip netns exec NAME`. */
  readonly launcher: readonly string[];
  /** Makes a DevTools address of that place reachable from here. */
  reach(wsEndpoint: string): Promise<string>;
}

export type BrowserOptions = OwnBrowser | SharedBrowser;

export interface OwnBrowser {
  readonly profile: string;
  readonly extraArguments?: readonly string[];
  /** Kills the browser when it aborts, also while it opens. */
  readonly signal?: AbortSignal;
  /** Absent: here. */
  readonly place?: BrowserPlace;
}

/** In a context of its own, as private windows are, that keeps nothing and shares nothing but the processor. */
export interface SharedBrowser {
  readonly beside: BrowserActor;
}

export async function openBrowser(options: BrowserOptions & { readonly url: string }): Promise<BrowserActor> {
  if ('beside' in options) return openBeside(options.beside, options.url);
  const browser = await launchChromium({
    userDataDirectory: options.profile,
    headless: true,
    extraArguments: [...(options.extraArguments ?? []), FIRST_PAGE],
    ...(options.signal && { signal: options.signal }),
    ...(options.place && { launcher: options.place.launcher }),
  });
  try {
    const wsEndpoint = (await options.place?.reach(browser.wsEndpoint)) ?? browser.wsEndpoint;
    return await openPage(browser, wsEndpoint, options.url);
  } catch (error) {
    browser.kill('SIGKILL');
    await browser.exited;
    throw error;
  }
}

async function openBeside({ context: others }: BrowserActor, url: string): Promise<BrowserActor> {
  const browser = others.browser();
  if (browser === null) throw new Error('the browser is gone');
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.goto(url);
  const end = () => context.close();
  return { page, context, stop: end, kill: end };
}

async function openPage(browser: Chromium, wsEndpoint: string, url: string): Promise<BrowserActor> {
  const connection = await connectTo(wsEndpoint);
  const context = connection.contexts()[0]!;
  const page = context.pages()[0] ?? (await context.newPage());
  await page.setViewportSize(VIEWPORT);
  await page.goto(url);
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
