import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import { type ReachedHost, startReachedHost } from './app-origin/reached-host.ts';
import { openStandingFleet, type StandingFleet } from './standing-fleet.ts';
import { type WebApp, writeWebApp } from './web-app-folder.ts';

let host: ReachedHost;
let fleet: StandingFleet;
let kiosk: KioskActor;

beforeAll(async () => {
  host = await startReachedHost();
  fleet = await openStandingFleet(['till'], [`--ignore-certificate-errors-spki-list=${host.keyDigest}`]);
  kiosk = fleet.kiosk('till');
});
afterAll(async () => {
  await fleet?.close();
  await host?.close();
});

const address = (scheme: string, name = 'till') => `${scheme}://${name}.localhost:${host.port}`;

/** Asks two hosts for an order, and says what each answered. */
function orders(version: string, permissions: Record<string, unknown>): WebApp {
  return {
    version,
    files: { 'fieldfare.json': JSON.stringify({ permissions }) },
    script: `
      const said = (work) => work.then((answer) => answer, (error) => 'refused');
      const ask = (name) => said(fetch('https://' + name + '.localhost:${host.port}/orders').then((response) => response.text()));
      const call = (name) => said(new Promise((resolve, reject) => {
        const socket = new WebSocket('wss://' + name + '.localhost:${host.port}/calls');
        socket.onmessage = ({ data }) => resolve(data);
        socket.onerror = reject;
      }));
      window.look = async () => [await ask('till'), await call('till'), await ask('other'), await call('other')];
      for (let time = 0; time < 3; time += 1) navigator.geolocation.getCurrentPosition(() => {}, () => {});
      look().then((answers) => { document.body.dataset.answers = answers.join(); fieldfare.healthy(); });`,
  };
}

const CALL = { healthyWithinSeconds: 60 } as const;
const REACHES = () => ({ reach: [address('https'), address('wss')] });
const look = () => kiosk.releaseFrame()!.evaluate('look()') as Promise<string[]>;
/** What the page that runs now found when it began. */
const answers = () =>
  kiosk
    .releaseFrame()
    ?.locator('body')
    .getAttribute('data-answers', { timeout: 5_000 })
    .catch(() => null);
const ofOther = () => host.requests.filter((request) => request.startsWith('other'));

test('a release talks to the host that it declares, over https and wss, and to no other (E2, E3)', async () => {
  const folder = await writeWebApp(await fleet.directory('app'), orders('1.0.0', REACHES()));
  await fleet.operator.rollOutFolder({ folder, ...CALL, agrees: true });
  await kiosk.until(
    '1.0.0 runs',
    ({ stage, version }) => stage === 'committed' && version === '1.0.0',
    90_000,
  );
  expect(await answers()).toBe('an order,a call,refused,refused');
  expect(host.requests).toEqual(['till.localhost GET /orders', 'till.localhost socket']);
});

test('what it asked for and was not granted is counted on the rollout’s page (E5)', async () => {
  const { page } = fleet.operator;
  const warning = (text: string) => page.getByTestId('rollout-warning').filter({ hasText: text });
  await warning('Asked for geolocation, not granted').getByText('3 times').waitFor();
  await warning(`It may not reach ${address('https', 'other')}`).waitFor();
});

test('a rule that is set takes it from the running release at once, and gives it back when it is removed (C7, E3)', async () => {
  const { operator } = fleet;
  await operator.goTo('/config');
  await operator.page.getByRole('button', { name: 'Add a rule' }).click();
  const dialog = operator.page.getByRole('dialog');
  await dialog.getByRole('radiogroup', { name: 'It may reach' }).getByLabel('nothing').check();
  await dialog.getByRole('button', { name: 'Sign rule' }).click();
  await expect.poll(answers, { timeout: 30_000 }).toBe('refused,refused,refused,refused');
  expect((await kiosk.state()).version).toBe('1.0.0');

  await operator.page.getByTestId('permission-rule').getByRole('button', { name: 'Remove' }).click();
  await dialog.getByLabel('to confirm').fill('permissions');
  await dialog.getByRole('button', { name: 'Remove key' }).click();
  await expect.poll(answers, { timeout: 30_000 }).toBe('an order,a call,refused,refused');
});

test('a version that asks for more is not rolled out before a person has agreed (E4)', async () => {
  const { page, chooseFolder } = fleet.operator;
  const more = { ...REACHES(), geolocation: true };
  const folder = await writeWebApp(await fleet.directory('app'), orders('1.1.0', more));
  await chooseFolder(folder);
  await page
    .locator('[data-testid=permission][data-added=true]', { hasText: 'Learns where the device is' })
    .waitFor();
  await page.getByRole('radio', { name: /calls fieldfare.healthy/ }).check();
  const growth = page.getByTestId('growth');
  await growth.getByText('menu 1.1.0 also learns where the device is.').waitFor();
  const sign = page.getByRole('button', { name: 'Sign and start rollout' });
  expect(await sign.isDisabled()).toBe(true);
  await page.getByText('Agree to what it asks for').waitFor();
  expect((await kiosk.state()).version).toBe('1.0.0');

  await growth.getByRole('checkbox').check();
  await sign.click();
  await page.getByRole('button', { name: 'Start now' }).click({ timeout: 60_000 });
  await kiosk.until(
    '1.1.0 runs',
    ({ stage, version }) => stage === 'committed' && version === '1.1.0',
    90_000,
  );
});

test('what it was granted is its frame’s, and nothing else is (E3)', async () => {
  const allowed = () => kiosk.releaseFrame()!.evaluate<string[]>('document.featurePolicy.allowedFeatures()');
  await expect.poll(async () => (await allowed()).includes('geolocation'), { timeout: 10_000 }).toBe(true);
  for (const power of ['camera', 'microphone', 'usb', 'serial', 'fullscreen'])
    expect(await allowed()).not.toContain(power);
});

test('one that asks for no more needs no agreement, and the release’s page says what is the difference (E4)', async () => {
  const { operator } = fleet;
  const folder = await writeWebApp(await fleet.directory('app'), orders('1.2.0', REACHES()));
  await operator.rollOutFolder({ folder, ...CALL });
  await kiosk.until(
    '1.2.0 runs',
    ({ stage, version }) => stage === 'committed' && version === '1.2.0',
    90_000,
  );
  await operator.goTo('/releases');
  await operator.page
    .locator('[data-testid=release-row][data-version="1.2.0"]')
    .getByRole('link')
    .first()
    .click();
  await operator.page.getByText('No longer: learns where the device is.').waitFor();
});

test('it goes on without the network, in its own words, and starts again so', async () => {
  await host.close();
  expect(await look()).toEqual(['refused', 'refused', 'refused', 'refused']);
  await kiosk.releaseFrame()!.evaluate('location.reload()');
  await expect.poll(answers, { timeout: 30_000 }).toBe('refused,refused,refused,refused');
  expect(await kiosk.releaseFrame()!.locator('h1').textContent()).toBe('menu 1.2.0');
  expect((await kiosk.state()).version).toBe('1.2.0');
  expect(ofOther()).toEqual([]);
});
