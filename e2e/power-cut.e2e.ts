import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { openScene, type Scene } from './actors/scene.ts';
import { PRODUCT, type WebAppShape, writeWebApp } from './fixtures/web-app.ts';

/** A guess: 24 MB between browsers that share two cores with others. */
const COMMIT_TIMEOUT_MS = 120_000;
const LARGE_BYTES = 24_000_000;
const HELD_AT = 'held at';
/** Longer than it takes to kill a browser on a busy machine. */
const HOLD_MS = 30_000;
/** A trial is given up after three starts. */
const MAX_STARTS = 3;

let scene: Scene;
let operator: OperatorActor;
let kiosk: KioskActor;

beforeEach(async () => {
  scene = await openScene();
  operator = await scene.operator('operator');
  await operator.createFleet('Harbour cafes', 'Ada');
  kiosk = await scene.pairedKiosk(operator, 'till');
  await operator.setConfig('strip', 'progress');
  await rollOut({ version: '1.0.0', saysHealthy: true });
  await committed('1.0.0');
});
afterEach(() => scene?.close());

describe('a kiosk that loses power', () => {
  test('in mid-fetch runs the old release at once, and fetches only what it lacks', async () => {
    await rollOut({
      version: '2.0.0',
      saysHealthy: true,
      blobs: { sizeBytes: LARGE_BYTES, seed: 'mid-fetch' },
    });
    const percentHere = await stopFetchBetween(10, 90);
    await kiosk.kill();
    // Alone it can do nothing but what it kept lets it do.
    await operator.stop();
    kiosk = await scene.kiosk('till');
    await runsEither('1.0.0');
    await expect.poll(percentShown, { timeout: 30_000 }).toBeGreaterThanOrEqual(percentHere);
    expect(await kiosk.state()).toMatchObject({ stage: 'fetching', version: '1.0.0' });

    operator = await scene.operator('operator');
    await committed('2.0.0');
    expect(await heading()).toBe('Notices 2.0.0');
    await openRollout('2.0.0');
    const fetchedBytes = await bytesFetchedSinceStart();
    expect(fetchedBytes).toBeGreaterThan(0);
    // What was on its screen before the cut is a promise, give or take the rounding to whole percents.
    expect(fetchedBytes).toBeLessThanOrEqual(LARGE_BYTES * (1 - (percentHere - 1) / 100));
  });

  test('in mid-switch tries the new release again, and fetches nothing again', async () => {
    await rollOut({ version: '2.0.0', blobs: { sizeBytes: 3_000_000, seed: 'mid-switch' } }, 600);
    await onTrial('2.0.0');
    await cutPower();
    await runsEither('1.0.0', '2.0.0');

    await onTrial('2.0.0');
    await kiosk.releaseFrame()!.evaluate(() => (window as unknown as ReleaseWindow).fieldfare.healthy());
    await committed('2.0.0');
    expect(await heading()).toBe('Notices 2.0.0');
    expect(await bytesFetchedSinceStart()).toBe(0);
  });

  test('at every start of the new release goes back to the old one', async () => {
    // It never calls healthy(): the trial ends by its starts alone.
    await rollOut({ version: '2.0.0' }, 600);
    for (let start = 1; start <= MAX_STARTS; start++) {
      await onTrial('2.0.0');
      await cutPower();
    }
    await runsEither('1.0.0');
    const seen = await kiosk.until('take it back', ({ stage }) => stage === 'rolled-back');
    expect(seen.version).toBe('1.0.0');
    expect(await heading()).toBe('Notices 1.0.0');
  });
});

type ReleaseWindow = { fieldfare: { healthy(): void } };

async function rollOut(app: WebAppShape, healthyWithinSeconds = 60): Promise<void> {
  await operator.rollOutFolder({
    folder: await writeWebApp(await scene.folder('app'), app),
    healthyWithinSeconds,
  });
}

/** Kills its browser and starts another on the same profile. */
async function cutPower(): Promise<void> {
  await kiosk.kill();
  kiosk = await scene.kiosk('till');
}

/**
 * Resolves with the percentage on its screen as soon as that lies between the two, and holds the page there: it would
 * else be done before the power is cut.
 */
async function stopFetchBetween(least: number, most: number): Promise<number> {
  const told = kiosk.page.waitForEvent('console', {
    predicate: (message) => message.text().startsWith(HELD_AT),
    timeout: COMMIT_TIMEOUT_MS,
  });
  await kiosk.page.evaluate(
    ([from, to, word, holdMs]) => {
      const look = () => {
        const shown = Number.parseInt(document.querySelector('.kiosk-strip-figure')?.textContent ?? '', 10);
        if (!(shown >= from && shown <= to)) {
          setTimeout(look, 10);
          return;
        }
        console.info(`${word} ${shown}`);
        const until = performance.now() + holdMs;
        while (performance.now() < until);
      };
      look();
    },
    [least, most, HELD_AT, HOLD_MS] as const,
  );
  return Number((await told).text().slice(HELD_AT.length));
}

async function percentShown(): Promise<number> {
  const shown = await kiosk.page.locator('.kiosk-strip-figure').allTextContents();
  return Number.parseInt(shown[0] ?? '-1', 10);
}

async function openRollout(version: string): Promise<void> {
  await operator.goTo('/rollouts');
  await operator.page.getByRole('link', { name: `${PRODUCT} ${version}` }).click();
  await operator.page.getByTestId('page-rollout').waitFor();
}

function committed(version: string): Promise<unknown> {
  return kiosk.until(
    `committed ${version}`,
    (seen) => seen.stage === 'committed' && seen.version === version,
    COMMIT_TIMEOUT_MS,
  );
}

async function onTrial(version: string): Promise<void> {
  await kiosk.until('try the release', ({ stage }) => stage === 'probation', COMMIT_TIMEOUT_MS);
  await expect.poll(heading, { timeout: 30_000 }).toBe(`Notices ${version}`);
}

/** A release is on the screen, and it is one of these. */
function runsEither(...versions: readonly string[]): Promise<void> {
  return expect
    .poll(heading, { timeout: 30_000 })
    .toMatch(new RegExp(`^Notices (${versions.join('|').replaceAll('.', '\\.')})$`));
}

async function heading(): Promise<string> {
  // The frame may be replaced by that of another release while it is read.
  const read = kiosk.releaseFrame()?.locator('h1').innerText({ timeout: 1_000 });
  return (await read?.catch(() => undefined)) ?? 'nothing';
}

/** As the kiosk's receipt says to the dashboard; counts begin anew when it starts. */
async function bytesFetchedSinceStart(): Promise<number> {
  const row = async () => (await operator.rolloutDevices())[0];
  await expect.poll(async () => (await row())?.stage, { timeout: 30_000 }).toBe('committed');
  const { bytesFromPublisher, bytesFromPeers } = (await row())!;
  return bytesFromPublisher! + bytesFromPeers!;
}
