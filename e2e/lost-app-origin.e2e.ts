import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_DEVICE_CONFIG } from '../src/core/device/device-config.ts';
import { openStandingFleet, type StandingFleet } from './standing-fleet.ts';

let fleet: StandingFleet;

beforeAll(async () => {
  fleet = await openStandingFleet(['counter']);
});
afterAll(() => fleet?.close());

const heading = () =>
  fleet
    .kiosk('counter')
    .releaseFrame()
    ?.locator('h1')
    .textContent({ timeout: 5_000 })
    .catch(() => undefined);

test('a release has the powers of a screen: it stays lit, and its threads share memory (A6)', async () => {
  await fleet.settle({
    version: '1.0.0',
    script: `navigator.wakeLock.request('screen').then(({ type }) => {
      document.querySelector('h1').textContent = type + ' ' + typeof SharedArrayBuffer;
      fieldfare.healthy();
    });`,
  });
  await expect.poll(heading).toBe('screen function');
});

test('a kiosk whose app origin was lost, with its server away, is not given up, and runs again when that is back (A10, D8)', {
  timeout: 300_000,
}, async () => {
  const kiosk = fleet.kiosk('counter');
  const appOrigin = `http://localhost:${fleet.site.port + 1}`;
  await fleet.site.kill();
  const devTools = await kiosk.context.newCDPSession(kiosk.page);
  await kiosk.page.goto('about:blank');
  await devTools.send('Storage.clearDataForOrigin', { origin: appOrigin, storageTypes: 'service_workers' });
  await devTools.detach();

  let loads = 0;
  let bridges = 0;
  kiosk.page.on('load', () => {
    loads += 1;
  });
  kiosk.page.on('frameattached', () => {
    bridges += 1;
  });
  await kiosk.page.goto(`${fleet.site.shellUrl}/kiosk.html`);
  await expect.poll(() => loads, { timeout: 60_000 }).toBe(2);
  bridges = 0;
  // One with the page and one for each start: more starts than a release has.
  await expect.poll(() => bridges, { timeout: 150_000 }).toBeGreaterThan(1 + DEFAULT_DEVICE_CONFIG.maxStarts);
  expect(loads).toBe(2);
  expect((await kiosk.state()).version).toBe('1.0.0');

  await fleet.site.restart();
  await expect.poll(heading).toBe('screen function');
});
