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

/** As many as Chromium keeps of a site, below the paths of the shell's server, from a page without our script. */
const FILL = `
  const frame = document.createElement('iframe');
  frame.srcdoc = 'bare';
  document.body.append(frame);
  const fill = () => {
    ['/', '/kiosk.html', '/signaling'].forEach((path, at) => {
      for (let number = 0; number < 60; number += 1)
        frame.contentDocument.cookie = 'c' + at + '-' + number + '=' + 'x'.repeat(4000) + '; Max-Age=86400; Path=' + path;
    });
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

test('a release fills the cookies of its host, and shell and signaling go on (A20)', async () => {
  await fleet.settle({ version: '1.0.0', script: FILL });
  expect(await pathsOfCookies()).toEqual(['/', '/kiosk.html', '/signaling']);
  expect((await kiosk.context.cookies()).length).toBe(180);
  expect(await opensSocket()).toBe('open');
  // What a server is sent, it clears.
  expect(await pathsOfCookies()).not.toContain('/signaling');
  expect(await pathsOfCookies()).not.toContain('/');
  const site = await kiosk.page.evaluate(
    async () => (await fetch('/fieldfare.json', { cache: 'no-store' })).status,
  );
  expect(site).toBe(200);
});

test('the kiosk starts again, and leaves none of them (A20)', async () => {
  await fleet.settle({ version: '1.1.0', script: FILL });
  expect((await kiosk.context.cookies()).length).toBe(180);
  kiosk = await fleet.reopenKiosk('counter');
  await kiosk.until('started again', ({ version }) => version === '1.1.0');
  await expect
    .poll(async () => await kiosk.page.evaluate(async () => (await cookieStore.getAll()).length))
    .toBe(0);
});

test('no cookie of a release is there when the next one has run (A20)', async () => {
  await fleet.settle({ version: '1.2.0' });
  await expect.poll(async () => (await pathsOfCookies()).filter((path) => path !== '/signaling')).toEqual([]);
  // The shell cannot see those: they go when their server hears of them.
  expect(await opensSocket()).toBe('open');
  expect(await pathsOfCookies()).toEqual([]);
});
