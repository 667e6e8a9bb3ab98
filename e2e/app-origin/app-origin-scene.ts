import { type Browser, type BrowserContext, chromium, type Frame, type Page } from 'playwright';
import { expect, vi } from 'vitest';
import type { Permissions } from '../../src/core/wire/entry/permissions.ts';
import type { FrameEvent } from '../../src/ports/release-frame.ts';
import { LEAN_START } from '../lean-start.ts';
import { type OriginHosts, type Origins, startOrigins } from './origins.ts';
import type {} from './shell-page.ts';

export const WAIT = { timeout: 20_000, interval: 50 };

/** A shell and an app origin, and a page of the shell whose frame runs what is shipped to it. */
export interface AppOriginScene {
  readonly origins: Origins;
  readonly context: BrowserContext;
  readonly shell: Page;
  /** A fresh profile and shell; the app origin's server is up unless told otherwise. */
  reopen(options?: { readonly appServer: 'gone'; readonly haste: number }): Promise<void>;
  /** Loads the shell again; waits of the adapter are divided by `haste`. */
  openShell(haste?: number): Promise<void>;
  ship(name: string, files: Record<string, string | Uint8Array>): void;
  run(name: string, granted?: Permissions): Promise<void>;
  /** A start that fails, for which the shell loads its page again. */
  runUntilReloaded(name: string): Promise<void>;
  eventsOf<Type extends FrameEvent['type']>(type: Type): Promise<EventOf<Type>[]>;
  untilEvent(type: FrameEvent['type'], timeoutMs?: number): Promise<void>;
  /** The frame of the running release. */
  releasePage(): Promise<Frame>;
  /** Sends the frame of the running release to an address; resolves when a page of it beats there. */
  goTo(path: string): Promise<Frame>;
  /** Ends all service workers, as the browser does with idle ones. */
  stopWorkers(): Promise<void>;
  close(): Promise<void>;
}

export type EventOf<Type> = FrameEvent extends infer Event
  ? Event extends { readonly type: infer Types }
    ? Type extends Types
      ? Event
      : never
    : never
  : never;

export async function openAppOriginScene(hosts?: OriginHosts): Promise<AppOriginScene> {
  const origins = await startOrigins(hosts);
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--headless=new',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      LEAN_START,
    ],
  });
  let context: BrowserContext | undefined;
  let shell: Page | undefined;

  const scene: AppOriginScene = {
    origins,
    get context() {
      return context!;
    },
    get shell() {
      return shell!;
    },
    reopen: async (options) => {
      if (options === undefined) await origins.openApp();
      else await origins.closeApp();
      await context?.close();
      // Reached hosts of tests have certificates of their own making.
      context = await browser.newContext({ ignoreHTTPSErrors: true });
      shell = await context.newPage();
      await scene.openShell(options?.haste);
    },
    openShell: async (haste = 1) => {
      const query = new URLSearchParams({ appOrigin: origins.app, haste: String(haste) });
      await scene.shell.goto(`${origins.shell}/?${query}`);
    },
    ship: (name, files) => {
      for (const [path, text] of Object.entries(files)) origins.releases.set(`${name}/${path}`, text);
    },
    run: (name, granted) =>
      scene.shell.evaluate(([release, permissions]) => window.harness.run(release, permissions), [
        name,
        granted,
      ] as const),
    runUntilReloaded: async (name) => {
      const reloaded = scene.shell.waitForEvent('load');
      await scene.run(name);
      await reloaded;
    },
    eventsOf: async <Type extends FrameEvent['type']>(type: Type) => {
      const events = await scene.shell.evaluate(() => window.harness.events);
      return events.filter(({ type: found }) => found === type) as EventOf<Type>[];
    },
    untilEvent: async (type, timeoutMs = WAIT.timeout) => {
      await vi.waitFor(
        async () => {
          const events = await scene.shell.evaluate(() => window.harness.events);
          expect(events.map((event) => event.type)).toContain(type);
        },
        { ...WAIT, timeout: timeoutMs },
      );
    },
    releasePage: async () => {
      const frame = await (await scene.shell.waitForSelector('[data-release-frame]')).contentFrame();
      if (!frame) throw new Error('the release has no frame');
      return frame;
    },
    goTo: async (path) => {
      await (await scene.releasePage()).evaluate((address) => {
        location.href = address;
      }, path);
      await vi.waitFor(async () => {
        const events = await scene.shell.evaluate(() => window.harness.events);
        const start = events.findLastIndex((event) => event.type === 'page-started');
        expect(events[start]).toMatchObject({ page: new URL(path, scene.origins.app).pathname });
        expect(events.slice(start).map(({ type }) => type)).toContain('release-beat');
      }, WAIT);
      return scene.releasePage();
    },
    stopWorkers: async () => {
      const session = await scene.context.newCDPSession(scene.shell);
      const running = new Map<string, string>();
      session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
        for (const { versionId, runningStatus } of versions) running.set(versionId, runningStatus);
      });
      await session.send('ServiceWorker.enable');
      await vi.waitFor(() => expect([...running.values()]).toContain('running'), WAIT);
      await session.send('ServiceWorker.stopAllWorkers');
      await vi.waitFor(() => expect([...running.values()]).not.toContain('running'), WAIT);
      await session.detach();
    },
    close: async () => {
      await browser.close();
      await origins.close();
    },
  };
  return scene;
}
