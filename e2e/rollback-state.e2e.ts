import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import { FILL_STORAGE, READ_STORAGE } from './app-origin/stored-sample.ts';
import { openStandingFleet, type StandingFleet } from './standing-fleet.ts';

/** A guess: a trial of some seconds, while other browsers share two cores. */
const END_TIMEOUT_MS = 90_000;
/** Of a trial that is meant to fail; long enough to be killed in. */
const TRIAL_SECONDS = 15;

/** Migrates what the version before kept, throws the rest away, and never says that it is well. */
const MIGRATE = `(async () => {
  const opening = indexedDB.open('app', 9);
  opening.onupgradeneeded = () => opening.result.deleteObjectStore('orders');
  await new Promise((resolve) => { opening.onsuccess = resolve; });
  opening.result.close();
  localStorage.clear();
  sessionStorage.step = 'of the next';
  for (const name of await caches.keys()) await caches.delete(name);
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
  localStorage.migrated = 'yes';
})()`;

let fleet: StandingFleet;
let kiosk: KioskActor;
let before: unknown;

beforeAll(async () => {
  fleet = await openStandingFleet(['till']);
  kiosk = fleet.kiosk('till');
  await fleet.settle({ version: '1.0.0' });
  await inRelease(FILL_STORAGE);
  before = await inRelease(READ_STORAGE);
}, 240_000);
afterAll(() => fleet?.close());

function inRelease(script: string): Promise<unknown> {
  const frame = kiosk.releaseFrame();
  if (frame === undefined) throw new Error('no release runs');
  return frame.evaluate(script);
}

/** Of the release on the screen; a frame may go while it is read. */
const ask = (script: string) => inRelease(script).catch(() => undefined);

async function untilMigrated(version: string): Promise<void> {
  await expect
    .poll(() => ask(`[document.querySelector('h1').innerText, localStorage.migrated].join()`), {
      timeout: END_TIMEOUT_MS,
    })
    .toBe(`menu ${version},yes`);
}

async function untilBack(): Promise<void> {
  await kiosk.until('take it back', ({ stage }) => stage === 'rolled-back', END_TIMEOUT_MS);
  await expect
    .poll(() => ask(`document.querySelector('h1').innerText`), { timeout: END_TIMEOUT_MS })
    .toBe('menu 1.0.0');
}

test('what a version that failed its trial migrated is as the version before left it (D16)', async () => {
  await fleet.rollOut({ version: '2.0.0', script: MIGRATE }, { healthyWithinSeconds: TRIAL_SECONDS });
  await untilMigrated('2.0.0');
  await untilBack();
  expect(await inRelease(READ_STORAGE)).toEqual(before);
}, 240_000);

test('the same when the power was cut in the trial (D2, D16)', async () => {
  await fleet.rollOut({ version: '3.0.0', script: MIGRATE }, { healthyWithinSeconds: TRIAL_SECONDS });
  await untilMigrated('3.0.0');
  await kiosk.kill();
  kiosk = await fleet.reopenKiosk('till');
  await untilBack();
  expect(await inRelease(READ_STORAGE)).toEqual(before);
}, 240_000);

test('another product finds nothing of it (D18)', async () => {
  const files = { 'package.json': JSON.stringify({ name: 'signage', version: '1.0.0-s' }) };
  await fleet.settle({ version: '1.0.0-s', files });
  expect(await inRelease(READ_STORAGE)).toEqual({
    databases: [],
    local: {},
    session: {},
    cookie: '',
    caches: [],
    files: [],
  });
}, 240_000);
