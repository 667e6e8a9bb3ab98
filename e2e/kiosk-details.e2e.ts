import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import { openStandingFleet, type StandingFleet } from './standing-fleet.ts';

/** A guess: small apps, on two cores that other browsers share. */
const SCREEN_TIMEOUT_MS = 60_000;
const TRACE = 'TypeError: the till has no drawer';

/** Counts what it is clicked. */
const APP = `
  let clicks = 0;
  addEventListener('click', () => { document.body.dataset.clicks = String(++clicks); });
  fieldfare.healthy();
`;

let fleet: StandingFleet;
let kiosk: KioskActor;

beforeAll(async () => {
  fleet = await openStandingFleet(['till']);
  kiosk = fleet.kiosk('till');
  await fleet.settle({ version: '1.0.0', script: APP });
});
afterAll(() => fleet?.close());

test('a kiosk says nothing over its app when an update is taken back, and the app goes on (C5)', async () => {
  await fleet.rollOut(
    { version: '2.0.0', script: `setTimeout(() => { throw new ${TRACE.replace(': ', "('")}'); });` },
    { quietForSeconds: 10 },
  );
  await kiosk.until('take it back', ({ stage }) => stage === 'rolled-back', SCREEN_TIMEOUT_MS);
  await expect.poll(headingOfRelease, { timeout: SCREEN_TIMEOUT_MS }).toBe('menu 1.0.0');
  expect((await kiosk.state()).text).toBe('');
  expect(await kiosk.page.locator('body').innerText()).not.toContain('drawer');
});

test('five taps in its corner show why, and what and where the device is', async () => {
  const facts = await openDetails();
  expect(await kiosk.page.locator('[data-reason]').innerText()).toContain(TRACE);
  expect(facts).toMatchObject({
    Screen: 'till',
    Site: 'Harbour',
    Fleet: 'Harbour cafes',
    Runs: 'menu 1.0.0',
    'Last update': '2.0.0, rolled back',
    Neighbours: expect.stringMatching(/^Ada/),
    Signaling: expect.stringMatching(/^ws:.*joined$/),
    Ledger: 'up to date',
    Clock: expect.stringMatching(/as 1 neighbour$/),
  });
  await kiosk.page.getByRole('link', { name: 'Check the connection' }).click();
  await kiosk.page.locator('[data-doctor=done]').waitFor({ timeout: SCREEN_TIMEOUT_MS });
  await kiosk.page.keyboard.press('Escape');
  await kiosk.page.locator('[data-kiosk=joined]').waitFor({ state: 'attached' });
  expect(await headingOfRelease()).toBe('menu 1.0.0');
});

test('the app gets every tap beside that corner, and four taps in it open nothing', async () => {
  const before = await clicksOfApp();
  const height = kiosk.page.viewportSize()!.height;
  await kiosk.page.mouse.click(40, height - 8);
  await kiosk.page.mouse.click(8, height - 40);
  await expect.poll(clicksOfApp).toBe(before + 2);
  for (let tap = 0; tap < 4; tap++) await tapCorner(kiosk.page);
  expect(await kiosk.page.locator('[data-kiosk=joined]').count()).toBe(1);
  expect(await clicksOfApp()).toBe(before + 2);
});

test('a touchscreen gets there as well', async () => {
  const devTools = await kiosk.context.newCDPSession(kiosk.page);
  await devTools.send('Emulation.setTouchEmulationEnabled', { enabled: true });
  const touchPoints = [{ x: 8, y: kiosk.page.viewportSize()!.height - 8 }];
  for (let tap = 0; tap < 5; tap++) {
    await devTools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await devTools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }
  await kiosk.page.locator('[data-details]').waitFor();
  await devTools.send('Emulation.setTouchEmulationEnabled', { enabled: false });
  await kiosk.page.getByRole('link', { name: 'Back to the screen' }).click();
  await kiosk.page.locator('[data-kiosk=joined]').waitFor({ state: 'attached' });
});

test('a keyboard gets there as well, and Escape closes the details', async () => {
  await kiosk.page.getByRole('button', { name: 'Details of this screen' }).focus();
  for (let press = 0; press < 5; press++) await kiosk.page.keyboard.press('Enter');
  await kiosk.page.getByText('Details of this screen').waitFor();
  await kiosk.page.keyboard.press('Escape');
  await kiosk.page.locator('[data-kiosk=joined]').waitFor({ state: 'attached' });
});

test('Escape closes the details, and the check of the connection, though the app had the focus when they opened', async () => {
  for (const [hash, shown] of [
    ['#/details', '[data-details]'],
    ['#/doctor', '[data-doctor]'],
  ] as const) {
    await kiosk.releaseFrame()!.locator('h1').click();
    await kiosk.page.evaluate((to) => {
      location.hash = to;
    }, hash);
    await kiosk.page.locator(shown).waitFor();
    await kiosk.page.keyboard.press('Escape');
    await kiosk.page.locator('[data-kiosk=joined]').waitFor({ state: 'attached' });
  }
});

test('the Config page refuses what is none of the three, and with `all` the strip tells the reason at once (C5)', async () => {
  const { operator } = fleet;
  await operator.goTo('/config');
  const form = operator.page.getByRole('form', { name: 'Set a key' });
  await form.getByLabel('Key').fill('strip');
  await form.getByLabel('Value').fill('loud');
  await form.getByText('off, progress or all. Kiosks take anything else as off').waitFor();
  expect(await form.getByRole('button', { name: 'Sign and set' }).isDisabled()).toBe(true);

  await operator.setConfig('strip', 'all');
  await expect.poll(async () => (await kiosk.state()).text, { timeout: SCREEN_TIMEOUT_MS }).toContain(TRACE);
  await operator.setConfig('strip', 'progress');
  await expect.poll(async () => (await kiosk.state()).text, { timeout: SCREEN_TIMEOUT_MS }).toBe('');
});

const headingOfRelease = () =>
  kiosk
    .releaseFrame()
    ?.locator('h1')
    .innerText()
    .catch(() => undefined);

const clicksOfApp = async () =>
  Number((await kiosk.releaseFrame()!.locator('body').getAttribute('data-clicks')) ?? 0);

function tapCorner(page: Page): Promise<void> {
  return page.mouse.click(8, page.viewportSize()!.height - 8);
}

/** What the details say, by name. */
async function openDetails(): Promise<Record<string, string>> {
  for (let tap = 0; tap < 5; tap++) await tapCorner(kiosk.page);
  await kiosk.page.locator('[data-details]').waitFor({ timeout: SCREEN_TIMEOUT_MS });
  const rows = await kiosk.page
    .locator('[data-fact]')
    .evaluateAll((elements) =>
      elements.map((element) => [
        element.getAttribute('data-fact') ?? '',
        element.querySelector('dd')?.textContent ?? '',
      ]),
    );
  return Object.fromEntries(rows);
}
