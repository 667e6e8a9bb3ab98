import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { openScene, type Scene } from './actors/scene.ts';

/** A guess: leases come every ten seconds, to browsers on two cores. */
const SCREEN_TIMEOUT_MS = 60_000;
const YEAR_MS = 366 * 86_400_000;

let scene: Scene;
let ada: OperatorActor;

beforeAll(async () => {
  scene = await openScene();
  ada = await scene.operator('ada');
  await ada.createFleet('Harbour cafes', 'Ada');
});
afterAll(() => scene?.close());

test('a kiosk whose clock is a year ahead keeps its invitation, says by how much it is off, and joins when it is set (J8)', async () => {
  const link = new URL(await ada.inviteDevices('Harbour'));
  const kiosk = await scene.kiosk('till');
  await wearClock(kiosk.page, YEAR_MS);
  await openAnew(kiosk.page, `${scene.site.shellUrl}/kiosk.html?name=till${link.hash}`);
  await kiosk.page.getByText('The clock is wrong').waitFor({ timeout: SCREEN_TIMEOUT_MS });
  expect((await kiosk.state()).text).toMatch(/366 days ahead of \d neighbours?\. Set the clock/);

  await kiosk.page.reload();
  await kiosk.page.getByText('The clock is wrong').waitFor({ timeout: SCREEN_TIMEOUT_MS });
  await setClock(kiosk.page, 0);
  await kiosk.page.locator('[data-admitted=true]').waitFor({ state: 'attached', timeout: SCREEN_TIMEOUT_MS });
  await expect.poll(async () => [...(await ada.devices()).keys()]).toEqual(['till']);
  await kiosk.stop();
});

test('a person whose clock is a year ahead is told so on the overview, and gets the roles when it is set (J8)', async () => {
  const link = await ada.inviteOperator();
  const bea = await scene.operator('bea');
  await wearClock(bea.page, YEAR_MS);
  await openAnew(bea.page, link);
  await bea.joinFleet(link, 'Bea');
  await bea.page.getByText(/366 days ahead of \d neighbour/).waitFor({ timeout: SCREEN_TIMEOUT_MS });
  await setClock(bea.page, 0);
  await bea.page.getByText('The clock is wrong').waitFor({ state: 'hidden', timeout: SCREEN_TIMEOUT_MS });
  await bea.goTo('/settings');
  await bea.page.locator('[data-person-name=Bea]').waitFor({ timeout: SCREEN_TIMEOUT_MS });
  await bea.stop();
});

test('a kiosk whose clock is a year behind is admitted at once (J8)', async () => {
  const link = new URL(await ada.inviteDevices('Harbour'));
  const kiosk = await scene.kiosk('slow till');
  await wearClock(kiosk.page, -YEAR_MS);
  await openAnew(kiosk.page, `${scene.site.shellUrl}/kiosk.html?name=slow${link.hash}`);
  await kiosk.page.locator('[data-admitted=true]').waitFor({ state: 'attached', timeout: SCREEN_TIMEOUT_MS });
  await kiosk.stop();
});

test('a kiosk whose invitation was revoked before it could be taken up says so, and is paired anew (J8)', async () => {
  const link = new URL(await ada.inviteDevices('Quay'));
  const kiosk = await scene.kiosk('quay till');
  await wearClock(kiosk.page, YEAR_MS);
  await openAnew(kiosk.page, `${scene.site.shellUrl}/kiosk.html?name=quay${link.hash}`);
  await kiosk.page.getByText('The clock is wrong').waitFor({ timeout: SCREEN_TIMEOUT_MS });
  await revokeInvitation(ada, 'Invitation for devices at Quay');
  await kiosk.page.getByText('The invitation was taken back').waitFor({ timeout: SCREEN_TIMEOUT_MS });

  await kiosk.page.getByRole('button', { name: 'Pair this screen anew' }).click();
  await kiosk.page.getByRole('button', { name: 'Forget this fleet' }).click();
  const code = await kiosk.pairingCode();
  await setClock(kiosk.page, 0);
  await ada.pairDevice({ code, name: 'quay till', site: 'Quay' });
  await kiosk.page.locator('[data-admitted=true]').waitFor({ state: 'attached', timeout: SCREEN_TIMEOUT_MS });
});

/** From the next load of the page on, its wall clock is off by so much, until it is set. */
async function wearClock(page: Page, offMs: number): Promise<void> {
  await page.addInitScript((initial) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + Number(localStorage.getItem('test-clock') ?? initial);
  }, offMs);
}

async function setClock(page: Page, offMs: number): Promise<void> {
  await page.evaluate((ms) => localStorage.setItem('test-clock', String(ms)), offMs);
}

/** A link differs from the open page in its fragment alone, which loads nothing. */
async function openAnew(page: Page, url: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(url);
}

async function revokeInvitation(by: OperatorActor, name: string): Promise<void> {
  await by.goTo('/settings');
  await by.page.getByRole('button', { name: `Revoke ${name}` }).click();
  const form = by.page.getByRole('form', { name: 'Revoke a key' });
  await form.getByLabel('Reason').fill('The link went astray');
  await form.getByRole('button', { name: 'Revoke key' }).click();
}
