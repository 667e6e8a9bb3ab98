import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { decodeHighWaterMark } from '../src/core/wire/kept/high-water-mark.ts';
import { openScene, type Scene } from './actors/scene.ts';
import { writeWebApp } from './fixtures/web-app.ts';

/** A guess: a small app, on two cores that other browsers share. */
const COMMIT_TIMEOUT_MS = 120_000;
const STEP_TIMEOUT_MS = 60_000;

describe('a kiosk whose ledger database is gone at its next start (K3)', () => {
  let scene: Scene;
  let operator: OperatorActor;
  let kiosk: KioskActor;

  beforeAll(async () => {
    scene = await openScene();
    operator = await scene.operator('operator');
    await operator.createFleet('Harbour cafes', 'Ada');
    kiosk = await scene.pairedKiosk(operator, 'till');
    const folder = await writeWebApp(await scene.folder('app'), { version: '1.0.0', saysHealthy: true });
    await operator.rollOutFolder({ folder, healthyWithinSeconds: 60 });
    await kiosk.until(
      'runs 1.0.0',
      ({ stage, version }) => stage === 'committed' && version === '1.0.0',
      COMMIT_TIMEOUT_MS,
    );
  });
  afterAll(() => scene?.close());

  test('alone it runs what it ran, and says what it lost', async () => {
    const entries = await storedEntries(kiosk.page);
    // What it has reached is kept a little after it was.
    await expect.poll(() => keptEntries(kiosk.page), { timeout: STEP_TIMEOUT_MS }).toBe(entries);
    await operator.stop();
    await deleteLedger(kiosk.page, scene.site.shellUrl);
    await kiosk.stop();
    kiosk = await scene.kiosk('till');
    await expect.poll(() => lostEntries(kiosk.page), { timeout: STEP_TIMEOUT_MS }).toBe(entries);
    await expect.poll(heading, { timeout: STEP_TIMEOUT_MS }).toBe('Notices 1.0.0');
    // What config told it of its strip is lost too, so that it says it on its details alone.
    await kiosk.page.evaluate(() => {
      location.hash = '#/details';
    });
    const fact = kiosk.page.locator('[data-fact="Lost entries"] dd');
    await fact.waitFor({ timeout: STEP_TIMEOUT_MS });
    expect(Number(await fact.textContent())).toBe(entries);
    await kiosk.page.getByRole('link', { name: 'Back to the screen' }).click();
  });

  test('a dashboard that is there again hears of it, and sends what was lost', async () => {
    operator = await scene.operator('operator');
    await expect.poll(() => lostEntries(kiosk.page), { timeout: STEP_TIMEOUT_MS }).toBe(0);
    expect(await kiosk.state()).toMatchObject({ stage: 'committed', version: '1.0.0' });
    await operator.goTo('/activity');
    await operator.page.getByText('came back short').first().waitFor({ timeout: STEP_TIMEOUT_MS });
  });

  test('and the next release goes on as ever', async () => {
    const folder = await writeWebApp(await scene.folder('app'), { version: '2.0.0', saysHealthy: true });
    await operator.rollOutFolder({ folder, healthyWithinSeconds: 60 });
    await kiosk.until('runs 2.0.0', ({ version }) => version === '2.0.0', COMMIT_TIMEOUT_MS);
  });

  const heading = () =>
    kiosk
      .releaseFrame()
      ?.locator('h1')
      .innerText()
      .catch(() => undefined);
});

function lostEntries(page: Page): Promise<number> {
  return page
    .locator('[data-kiosk]')
    .evaluate((element) => Number(element.getAttribute('data-lost-entries') ?? Number.NaN));
}

/** Entries of its ledger as the kiosk keeps count of them apart from the database. */
async function keptEntries(page: Page): Promise<number | undefined> {
  const text = await page.evaluate(
    () => Object.entries(localStorage).find(([key]) => key.startsWith('fieldfare/device/kept/mark/'))?.[1],
  );
  return text === undefined ? undefined : decodeHighWaterMark(text).ledger.entries;
}

function storedEntries(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('fieldfare-device/ledger');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const counting = opening.result.transaction('entries').objectStore('entries').count();
          counting.onsuccess = () => resolve(counting.result);
          counting.onerror = () => reject(counting.error);
          opening.result.close();
        };
      }),
  );
}

/** Leaves the kiosk page first: a database that is open is not deleted. */
async function deleteLedger(page: Page, shellUrl: string): Promise<void> {
  await page.goto(`${shellUrl}/fieldfare.json`);
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase('fieldfare-device/ledger');
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error);
        request.onblocked = () => reject(new Error('the kiosk page still has it open'));
      }),
  );
}
