import { expect, vi } from 'vitest';
import type { Permissions } from '../../src/core/wire/entry/permissions.ts';
import { type AppOriginScene, WAIT } from './app-origin-scene.ts';
import { dialingRelease, escapeRelease } from './escape-release.ts';
import type { ForeignServer } from './foreign-server.ts';
import type {} from './shell-page.ts';

/** What the release tries last. */
const MEDDLING = {
  framedBridge: 'done: not to be reached',
  serviceWorker: 'refused: TypeError',
  narrowServiceWorker: expect.stringContaining('refused'),
  clientAsServiceWorker: 'refused: TypeError',
};

/** Runs the release that tries every way out, with what it is granted, and finds every one of them closed. Returns what it told. */
export async function expectNoEscape(
  scene: AppOriginScene,
  foreign: ForeignServer,
  granted?: Permissions,
): Promise<Readonly<Record<string, string>>> {
  for (const [path, text] of escapeRelease(foreign.port)) scene.origins.releases.set(`escape/${path}`, text);
  await scene.shell.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('keys');
        opening.onsuccess = resolve;
      }),
  );
  await scene.run('escape', granted);
  await scene.untilEvent('release-loaded');
  const attempts = await vi.waitFor(
    async () => {
      const { attempts, events } = await scene.shell.evaluate(() => window.harness);
      const ended = events.some(({ type }) => type === 'frame-failed');
      if (!ended && attempts.clientAsServiceWorker === undefined)
        throw new Error('the release has not tried everything yet');
      return attempts;
    },
    { timeout: 50_000, interval: 50 },
  );
  // A release that meddles with the worker may be taken down before it can tell.
  for (const [name, outcome] of Object.entries(MEDDLING))
    expect([outcome, undefined]).toContainEqual(attempts[name]);
  expect(attempts).toMatchObject({
    fetch: 'refused: TypeError',
    xhr: 'refused: TypeError',
    blankFetch: 'refused: TypeError',
    worker: 'done: refused',
    plainPage: 'done: hello',
    ownServiceWorkerGone: 'done: true',
    shellDocument: 'refused: SecurityError',
    bridgeDocument: 'refused: SecurityError',
    shellStorage: 'refused: SecurityError',
    ownStorage: 'done: ',
    popup: 'done: true',
    shipped: 'done: hello',
    missing: 'done: 404',
    posted: 'done: 405',
    range: 'done: ell',
  });
  for (const name of ['webSocket', 'eventSource', 'image', 'webTransport', 'topNavigation'])
    expect(attempts[name], name).toMatch(/^refused: /);
  expect(foreign.hits).toEqual([]);
  expect(new URL(scene.shell.url()).origin).toBe(scene.origins.shell);
  return attempts;
}

/** Runs a release that opens WebRTC, and then `next`: nobody was called, and the shell has gone on. */
export async function expectNoCall(
  scene: AppOriginScene,
  foreign: ForeignServer,
  next: string,
  granted?: Permissions,
): Promise<void> {
  scene.ship('dialer', { 'index.html': dialingRelease(foreign.port) });
  const told = new Set<string>();
  await scene.context.route(`${scene.origins.shell}/told/*`, (route) => {
    told.add(new URL(route.request().url()).pathname);
    return route.fulfill({ body: '' });
  });
  // The browser ends the release's process, and playwright takes that for the page's: the shell has to tell by itself.
  await scene.shell.evaluate(
    ([after, permissions]) => {
      window.harness.run('dialer', permissions);
      setTimeout(() => window.harness.run(after), 4_000);
      setInterval(() => {
        for (const type of new Set(window.harness.events.map((event) => event.type)))
          void fetch(`/told/${type}`);
      }, 200);
    },
    [next, granted] as const,
  );
  await vi.waitFor(() => expect(told).toContain('/told/release-loaded'), WAIT);
  await vi.waitFor(() => expect(told).toContain('/told/release-healthy'), WAIT);
  expect(foreign.hits).toEqual([]);
}
