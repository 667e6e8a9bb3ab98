import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { openScene, type Scene, SITE } from './actors/scene.ts';

/** A lease of before runs out, and a speaker has its turn: half a minute each, on two busy cores. */
const SUMMARY_TIMEOUT_MS = 120_000;
const NAME = 'pier board';

let scene: Scene;
let operator: OperatorActor;

beforeAll(async () => {
  scene = await openScene();
  operator = await scene.operator('operator');
  await operator.createFleet('Harbour cafes', 'Ada');
  await scene.pairedKiosk(operator, 'harbour board');
  const kiosk: KioskActor = await scene.kiosk(NAME);
  await operator.pairDevice({ code: await kiosk.pairingCode(), name: NAME, site: 'Pier' });
  await kiosk.page.locator('[data-admitted=true]').waitFor({ state: 'attached', timeout: 30_000 });
});
afterAll(() => scene?.close());

const knownBy = async () => {
  const row = operator.page.locator(`[data-testid=device-row][data-device-name="${NAME}"]`);
  return `${await row.getAttribute('data-presence')} by ${await row.getAttribute('data-known-by')}`;
};
const site = (name: string) => operator.page.locator(`[data-testid=site-row][data-site="${name}"]`);

test('a small fleet is watched whole, device by device (G6)', async () => {
  await operator.goTo('/devices');
  await expect.poll(knownBy).toBe('present by lease');
  expect(await operator.page.getByTestId('unwatched-note').count()).toBe(0);
});

test('of a site that a person does not watch the summary tells, and the pages say so (G6, M15)', async () => {
  const { page } = operator;
  await operator.goTo('/mesh');
  await page.getByRole('button', { name: 'Choose sites to watch' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sites to watch' });
  await dialog.getByRole('radio', { name: 'These sites' }).check();
  await dialog.getByRole('checkbox', { name: SITE }).check();
  await dialog.getByRole('button', { name: 'Watch', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => site('Pier').getAttribute('data-watched')).toBe('no');
  await expect
    .poll(() => site('Pier').getAttribute('data-seen-by'), { timeout: SUMMARY_TIMEOUT_MS })
    .toBe('summary');
  expect(await site('Pier').getAttribute('data-seen')).toBe('1');
  expect(await site('Pier').getAttribute('data-speaker')).toBe(NAME);
  expect(await site(SITE).getAttribute('data-seen-by')).toBe('leases');
  await operator.goTo('/devices');
  await page.getByTestId('unwatched-note').waitFor();
  await expect.poll(knownBy, { timeout: SUMMARY_TIMEOUT_MS }).toBe('present by summary');
});

test('the choice is kept, and a page that is opened watches its site as long as it is open', async () => {
  const { page } = operator;
  await page.reload();
  await operator.goTo('/mesh');
  await expect.poll(() => site('Pier').getAttribute('data-watched')).toBe('no');
  await operator.goTo('/devices');
  await page.getByRole('link', { name: NAME }).click();
  await page.getByTestId('page-device').waitFor();
  expect(await page.getByTestId('watched-note').textContent()).toMatch(/^Watching Pier while open, since /);
  await expect.poll(() => page.getByTestId('known-by').getAttribute('data-known-by')).toBe('lease');
  await operator.goTo('/mesh');
  await expect.poll(() => site('Pier').getAttribute('data-watched')).toBe('no');
}, 180_000);
