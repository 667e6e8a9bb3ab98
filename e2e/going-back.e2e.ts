import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { openScene, type Scene } from './actors/scene.ts';
import { writeWebApp } from './web-app-folder.ts';

/** A guess: small apps on two cores that other browsers share. */
const COMMIT_TIMEOUT_MS = 120_000;
const SCREEN_TIMEOUT_MS = 60_000;

let scene: Scene;
let ada: OperatorActor;
let till: KioskActor;
let door: KioskActor;

const folderOf = async (version: string) => writeWebApp(await scene.folder('app'), { version });

/** What each kiosk shows of its own, and what the dashboard says that it runs. */
const runs = async (by: OperatorActor, expected: Record<string, string>) => {
  await expect
    .poll(
      async () => Object.fromEntries([...(await by.devices())].map(([name, { version }]) => [name, version])),
      { timeout: COMMIT_TIMEOUT_MS },
    )
    .toEqual(expected);
};

const onScreen = (kiosk: KioskActor, heading: string) =>
  expect
    .poll(
      () =>
        kiosk
          .releaseFrame()
          ?.locator('h1')
          .innerText()
          .catch(() => ''),
      {
        timeout: COMMIT_TIMEOUT_MS,
      },
    )
    .toBe(heading);

const openRelease = async (by: OperatorActor, counter: number) => {
  await by.goTo('/releases');
  await by.page
    .locator(`[data-testid=release-row][data-counter="${counter}"]`)
    .getByRole('link')
    .first()
    .click({ timeout: SCREEN_TIMEOUT_MS });
  await by.page.getByTestId('page-release').waitFor();
};

beforeAll(async () => {
  scene = await openScene();
  ada = await scene.operator('ada');
  await ada.createFleet('Harbour cafes', 'Ada');
  till = await scene.pairedKiosk(ada, 'till');
  door = await scene.pairedKiosk(ada, 'door');
});
afterAll(() => scene?.close());

describe('an older release', () => {
  test('is one as soon as a later one was rolled out', async () => {
    for (const version of ['1.0.0', '2.0.0']) {
      await ada.rollOutFolder({ folder: await folderOf(version), healthyWithinSeconds: 60 });
      await runs(ada, { till: version, door: version });
    }
  });

  test('says on its page what its button will do, and does it in one step', async () => {
    await openRelease(ada, 1);
    const { page } = ada;
    expect(await page.getByTestId('course').innerText()).toContain(
      'publishes the files of menu 1.0.0 again as release 3 and rolls it out to 2 devices',
    );
    await ada.goBack('Go back to 1.0.0');
    await runs(ada, { till: '1.0.0 (release 3)', door: '1.0.0 (release 3)' });
    await onScreen(till, 'menu 1.0.0');
    await ada.goTo('/releases');
    await page.getByText('menu 1.0.0 (release 1)').waitFor();
    await page.getByText('menu 1.0.0 (release 3)').waitFor();
  });

  test('cost no device a byte: they had run it', async () => {
    await ada.goTo('/rollouts');
    await ada.page.getByRole('link', { name: 'menu 1.0.0 (release 3)' }).click();
    await expect
      .poll(() => ada.rolloutDevices(), { timeout: SCREEN_TIMEOUT_MS })
      .toMatchObject(
        ['door', 'till'].map((name) => ({
          name,
          stage: 'committed',
          reason: '',
          bytesFromPublisher: 0,
          bytesFromPeers: 0,
        })),
      );
  });

  test('chosen in the form of a new rollout goes out all the same, to whom the form says', async () => {
    const { page } = ada;
    await openRelease(ada, 2);
    await page.getByRole('link', { name: 'Choose who gets it' }).click();
    await page.getByRole('radio', { name: 'Chosen devices' }).check();
    await page.getByRole('checkbox', { name: /^door/ }).check();
    expect(await page.getByTestId('course').innerText()).toContain(
      'publishes the files of menu 2.0.0 again as release 4 and rolls it out to 1 device',
    );
    await page.getByRole('button', { name: 'Publish again and roll out' }).click();
    await page.getByRole('button', { name: 'Start now' }).click({ timeout: SCREEN_TIMEOUT_MS });
    await page.getByTestId('page-rollout').waitFor();
    await runs(ada, { till: '1.0.0 (release 3)', door: '2.0.0 (release 4)' });
  });
});

describe('a rollout', () => {
  test('to devices that ran different releases says which go where, and takes each back', async () => {
    const { page } = ada;
    await ada.rollOutFolder({ folder: await folderOf('3.0.0'), healthyWithinSeconds: 60 });
    await runs(ada, { till: '3.0.0', door: '3.0.0' });
    await ada.goTo('/rollouts');
    await page.getByRole('link', { name: 'menu 3.0.0' }).click();
    await page.getByRole('button', { name: 'Go back', exact: true }).click();
    const way = page.getByTestId('way-back');
    await way.waitFor();
    const words = await way.innerText();
    const steps = [
      ...words.matchAll(
        /Publishes the files of menu (.*) again as release (\d) and rolls it out to 1 device/g,
      ),
    ];
    expect(steps.map(([, version]) => version).sort()).toEqual(['1.0.0 (release 3)', '2.0.0 (release 4)']);
    expect(steps.map(([, , counter]) => counter)).toEqual(['6', '7']);
    await page.keyboard.press('Escape');
    await ada.goBack('Go back');
    await onScreen(till, 'menu 1.0.0');
    await onScreen(door, 'menu 2.0.0');
  });

  test('that is undone within ten seconds has signed nothing', async () => {
    const { page } = ada;
    await ada.goTo('/releases');
    const rows = page.getByTestId('release-row');
    await rows.first().waitFor();
    const before = await rows.count();
    await ada.goTo('/devices');
    await page.getByRole('link', { name: 'till' }).click();
    await page.getByRole('button', { name: /^Go back to/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Go back' }).click();
    await page.getByRole('button', { name: 'Undo' }).click({ timeout: SCREEN_TIMEOUT_MS });
    await page.getByText('Nothing was signed, and no device was told.').waitFor();
    await ada.goTo('/releases');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(before);
  });
});

describe('a device', () => {
  test('goes back alone, and one that is away follows when it is back', async () => {
    const { page } = ada;
    await till.stop();
    await ada.goTo('/devices');
    await expect
      .poll(async () => page.locator('[data-device-name=till]').getAttribute('data-presence'), {
        timeout: COMMIT_TIMEOUT_MS,
      })
      .toBe('away');
    await page.getByRole('link', { name: 'till' }).click();
    await page.getByRole('button', { name: /^Go back to/ }).click();
    expect(await page.getByTestId('way-back').innerText()).toContain('it follows when it is back');
    await page.keyboard.press('Escape');
    await ada.goBack(/^Go back to/);
    till = await scene.kiosk('till');
    await onScreen(till, 'menu 3.0.0');
    await onScreen(door, 'menu 2.0.0');
  });
});

describe('a browser that lacks the files', () => {
  test('says who has them, fetches them, and goes back in the same step', async () => {
    const link = await ada.inviteOperator();
    const grace = await scene.operator('grace', new URL(link).pathname + new URL(link).hash);
    await grace.joinFleet(link, 'Grace');
    await grace.page.getByTestId('page-overview').waitFor();
    await runs(grace, { till: expect.stringContaining('3.0.0'), door: expect.stringContaining('2.0.0') });
    await openRelease(grace, 1);
    await grace.page.getByRole('button', { name: /^Go back to/ }).click();
    const missing = grace.page.getByTestId('missing-files');
    await missing.waitFor();
    expect(await missing.innerText()).toMatch(
      /This browser lacks 3 files of menu 1\.0\.0 .*(published it|fetched first)/s,
    );
    await grace.page.keyboard.press('Escape');
    await grace.goBack(/^Go back to/, 'Fetch the files, then go back');
    await onScreen(till, 'menu 1.0.0');
    await onScreen(door, 'menu 1.0.0');
  });
});
