import type { Frame } from 'playwright';
import { type BrowserActor, type BrowserOptions, openBrowser } from './browser-actor.ts';

/** A kiosk: the page that runs releases, in a browser of its own. */
export interface KioskActor extends BrowserActor {
  /** The code on its screen, once there is one. */
  pairingCode(): Promise<string>;
  state(): Promise<KioskSeen>;
  /** Resolves when the page says so; rejects after `timeoutMs` with what it said last. */
  until(what: string, holds: (seen: KioskSeen) => boolean, timeoutMs?: number): Promise<KioskSeen>;
  /** The frame in which its release runs. */
  releaseFrame(): Frame | undefined;
}

export interface KioskSeen {
  readonly type: string;
  readonly stage: string;
  readonly version: string;
  readonly text: string;
}

const LOOK_EVERY_MS = 100;

export async function openKiosk(
  options: BrowserOptions & {
    readonly shellUrl: string;
    /** What follows /kiosk.html, such as a name or a join link. */
    readonly address?: string;
  },
): Promise<KioskActor> {
  const actor = await openBrowser({
    ...options,
    url: `${options.shellUrl}/kiosk.html${options.address ?? ''}`,
  });
  const { page } = actor;
  const appOriginPort = Number(new URL(options.shellUrl).port) + 1;

  const state = () =>
    page.locator('[data-kiosk]').evaluate((element) => ({
      type: element.getAttribute('data-kiosk') ?? '',
      stage: element.getAttribute('data-stage') ?? '',
      version: element.getAttribute('data-version') ?? '',
      text: (element as HTMLElement).innerText,
    }));

  return {
    ...actor,
    state,
    pairingCode: async () => {
      const shown = page.locator('[data-code]:not([data-code=""])');
      await shown.waitFor({ state: 'attached', timeout: 30_000 });
      return (await shown.getAttribute('data-code')) ?? '';
    },
    until: async (what, holds, timeoutMs = 45_000) => {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const seen = await state();
        if (holds(seen)) return seen;
        if (Date.now() > deadline)
          throw new Error(
            `the kiosk did not come to "${what}" within ${timeoutMs} ms; it says ${JSON.stringify(seen)}`,
          );
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    },
    releaseFrame: () =>
      page.frames().find((frame) => {
        const { port, pathname } = new URL(frame.url() || 'about:blank');
        return Number(port) === appOriginPort && !pathname.startsWith('/.fieldfare/');
      }),
  };
}
