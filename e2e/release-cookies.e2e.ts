import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import { openStandingFleet, type StandingFleet } from './standing-fleet.ts';

let fleet: StandingFleet;
let kiosk: KioskActor;

beforeAll(async () => {
  fleet = await openStandingFleet(['counter']);
  kiosk = fleet.kiosk('counter');
});
afterAll(() => fleet?.close());

const PATHS = ['/', '/kiosk.html', '/signaling'];
/** As many as Chromium keeps of a site, below the paths of the shell's server, from a page without our script. */
const FILL = `
  const frame = document.createElement('iframe');
  frame.srcdoc = 'bare';
  document.body.append(frame);
  const fill = () => {
    ${JSON.stringify(PATHS)}.forEach((path, at) => {
      for (let number = 0; number < 60; number += 1)
        frame.contentDocument.cookie = 'c' + at + '-' + number + '=' + 'x'.repeat(4000) + '; Max-Age=86400; Path=' + path;
    });
    document.body.dataset.filled = frame.contentDocument.cookie.split('; ').length;
  };
  // The shell has deleted by then what the release before left.
  setTimeout(() => { fill(); fieldfare.healthy(); }, 3_000);`;

const pathsOfCookies = async () => {
  const cookies = await kiosk.context.cookies();
  return [...new Set(cookies.map(({ path }) => path))].sort();
};

const opensSocket = () =>
  kiosk.page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://${location.host}/signaling`);
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      }),
  );

/** How many of them a page of the release saw when it had set them; the root's alone are within its path. */
const filled = () => kiosk.releaseFrame()!.evaluate(() => document.body.dataset.filled);

/** Those below the path of the signaling server the shell cannot see: they go when the server hears of them. */
const noneIsLeft = async () => {
  await expect.poll(async () => (await pathsOfCookies()).filter((path) => path !== '/signaling')).toEqual([]);
  expect(await opensSocket()).toBe('open');
  expect(await pathsOfCookies()).toEqual([]);
};

test('as many cookies as a browser keeps of a host stop neither the shell nor signaling (A20)', async () => {
  const url = new URL(kiosk.page.url());
  await kiosk.context.addCookies(
    PATHS.flatMap((path, at) =>
      Array.from({ length: 60 }, (_, number) => ({
        name: `c${at}-${number}`,
        value: 'x'.repeat(4_000),
        domain: url.hostname,
        path,
      })),
    ),
  );
  await kiosk.page.reload();
  await kiosk.page.locator('[data-kiosk]').waitFor();
  await noneIsLeft();
});

test('a release that fills them leaves none, not even while it runs (A20)', async () => {
  await fleet.settle({ version: '1.0.0', script: FILL });
  expect(await filled()).toBe('60');
  await noneIsLeft();
});

test('nor does one that sets them while its kiosk ends, once that has started again (A20)', async () => {
  kiosk = await fleet.reopenKiosk('counter');
  await kiosk.until('started again', ({ version }) => version === '1.0.0');
  await expect.poll(filled).toBe('60');
  await fleet.settle({ version: '1.1.0' });
  await noneIsLeft();
});
