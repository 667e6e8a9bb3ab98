import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { openScene, type Scene, SITE } from './actors/scene.ts';
import { PRODUCT, writeWebApp } from './fixtures/web-app.ts';

/** A guess: megabytes between browsers that share two cores with others. */
const COMMIT_TIMEOUT_MS = 120_000;
/** A link whose other end was killed is noticed when ICE consent expires (RFC 7675: 30 s). */
const LINK_TIMEOUT_MS = 60_000;

let scene: Scene;
let operator: OperatorActor;

beforeEach(async () => {
  scene = await openScene();
  operator = await scene.operator('operator');
  await operator.createFleet('Harbour cafes', 'Ada');
});
afterEach(() => scene?.close());

describe('with the publisher gone', () => {
  test('a kiosk that was off during the rollout gets the release from its neighbour', async () => {
    const till = await scene.pairedKiosk(operator, 'till');
    const away = await scene.pairedKiosk(operator, 'menu board');
    await away.stop();

    await operator.rollOutFolder({
      folder: await writeWebApp(await scene.folder('app'), {
        version: '1.0.0',
        saysHealthy: true,
        blobs: { sizeBytes: 3_000_000, seed: 'away' },
      }),
      healthyWithinSeconds: 60,
    });
    await committed(till, '1.0.0');
    await operator.stop();
    await scene.signaling.kill();

    const back = await scene.kiosk('menu board');
    // It knows its fleet, and that it cannot find it.
    await back.page.locator('[data-signaling=lost],[data-signaling=dialing]').waitFor({ state: 'attached' });
    await expect(back.state()).resolves.toMatchObject({ type: 'joined', version: '' });

    await scene.signaling.restart();
    await committed(back, '1.0.0');
    expect(await headingOf(back)).toBe('Notices 1.0.0');

    operator = await scene.operator('operator');
    await openRollout('1.0.0');
    await expect
      .poll(() => operator.rolloutDevices(), { timeout: LINK_TIMEOUT_MS })
      .toMatchObject([
        { name: 'menu board', stage: 'committed', bytesFromPublisher: 0 },
        { name: 'till', stage: 'committed', bytesFromPeers: 0 },
      ]);
    const [board] = await operator.rolloutDevices();
    expect(board?.bytesFromPeers).toBeGreaterThanOrEqual(3_000_000);
  });

  test('linked kiosks finish a rollout without it and without any server', async () => {
    const till = await scene.pairedKiosk(operator, 'till');
    const station = await scene.kiosk('station clock');
    await operator.pairDevice({
      code: await station.pairingCode(),
      name: 'station clock',
      site: 'Station',
    });
    for (const kiosk of [till, station])
      await kiosk.page.locator('[data-links="2"]').waitFor({ state: 'attached', timeout: LINK_TIMEOUT_MS });

    const folder = await writeWebApp(await scene.folder('app'), {
      version: '1.0.0',
      saysHealthy: true,
      blobs: { sizeBytes: 24_000_000, seed: 'linked' },
    });
    await rollOutToHarbour(folder);
    await committed(till, '1.0.0');
    expect(await station.state()).toMatchObject({ stage: 'idle', version: '' });
    await scene.signaling.kill();
    await scene.site.kill();

    await rollOutToAll();
    await station.until('follow the rollout', ({ stage }) => stage !== 'idle');
    await operator.kill();
    await committed(station, '1.0.0');
    expect(await headingOf(station)).toBe('Notices 1.0.0');
  });
});

/** Publishes the folder and rolls it out to one of the two sites. */
async function rollOutToHarbour(folder: string): Promise<void> {
  const { page } = operator;
  await operator.chooseFolder(folder);
  await page.getByTestId('folder-report').waitFor();
  await page.getByRole('radio', { name: /calls fieldfare.healthy/ }).check();
  await page.getByLabel('Seconds').fill('60');
  await page.getByRole('radio', { name: 'Sites' }).check();
  await page.getByRole('checkbox', { name: SITE }).check();
  await page.getByRole('button', { name: 'Sign and start rollout' }).click();
  await page.getByRole('button', { name: 'Start now' }).click({ timeout: 60_000 });
  await page.getByTestId('page-rollout').waitFor();
}

/** Rolls the only release out to all devices. */
async function rollOutToAll(): Promise<void> {
  const { page } = operator;
  await operator.goTo('/rollouts/new?release=choose');
  await page.getByLabel('Published release').selectOption({ label: `${PRODUCT} 1.0.0` });
  await page.getByRole('button', { name: 'Sign rollout' }).click();
  await page.getByRole('button', { name: 'Start now' }).click();
  await page.getByTestId('page-rollout').waitFor();
}

async function openRollout(version: string): Promise<void> {
  await operator.page.getByTestId('page-overview').waitFor();
  await operator.goTo('/rollouts');
  await operator.page.getByRole('link', { name: `${PRODUCT} ${version}` }).click();
  await operator.page.getByTestId('page-rollout').waitFor();
}

function committed(kiosk: KioskActor, version: string): Promise<unknown> {
  return kiosk.until(
    `committed ${version}`,
    (seen) => seen.stage === 'committed' && seen.version === version,
    COMMIT_TIMEOUT_MS,
  );
}

async function headingOf(kiosk: KioskActor): Promise<string | undefined> {
  return kiosk.releaseFrame()?.locator('h1').innerText();
}
