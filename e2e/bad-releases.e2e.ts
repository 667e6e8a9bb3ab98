import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import { type HealthRuleChoice, openStandingFleet, type StandingFleet } from './standing-fleet.ts';
import type { WebApp } from './web-app-folder.ts';

let fleet: StandingFleet;
let kiosk: KioskActor;

beforeAll(async () => {
  fleet = await openStandingFleet(['counter']);
  await fleet.operator.setConfig('strip', 'all');
  kiosk = fleet.kiosk('counter');
});
afterAll(() => fleet?.close());

const GOOD: WebApp = { version: '1.0.0' };

interface Case {
  readonly name: string;
  readonly app: WebApp;
  readonly rule: HealthRuleChoice;
  /** Part of what kiosk and dashboard say. */
  readonly reason: string;
}

const CALL_IN_60_S = { healthyWithinSeconds: 60 };
const QUIET_FOR_10_S = { quietForSeconds: 10 };

const CASES: readonly Case[] = [
  {
    name: 'throws at start',
    app: { version: '2.0.0', script: 'throw new Error("no printer here");' },
    rule: QUIET_FOR_10_S,
    reason: 'it threw an error: Uncaught Error: no printer here',
  },
  {
    name: 'never says that it is healthy',
    app: { version: '2.1.0', script: 'throw new Error("no till here");' },
    rule: { healthyWithinSeconds: 3 },
    reason: 'it did not call healthy() within 3 s; its first error was: Uncaught Error: no till here',
  },
  {
    name: 'lacks its script',
    app: { version: '2.2.0', files: { 'app.js': undefined } },
    rule: QUIET_FOR_10_S,
    reason: 'A script of the release could not be loaded',
  },
  {
    name: 'hangs in an endless loop before it has loaded',
    app: { version: '2.3.0', script: 'document.body.offsetTop; for (;;);' },
    rule: CALL_IN_60_S,
    reason: 'its page stopped responding for 30 s',
  },
  {
    name: 'hangs right after it said that it is healthy',
    app: {
      version: '2.3.1',
      script: 'addEventListener("load", () => setTimeout(() => { fieldfare.healthy(); for (;;); }, 100));',
    },
    rule: CALL_IN_60_S,
    reason: 'its page stopped responding for 10 s',
  },
  {
    name: 'hangs from 1.5 s on, for as long as it is to throw nothing',
    app: { version: '2.3.2', script: 'setTimeout(() => { for (;;); }, 1_500);' },
    rule: QUIET_FOR_10_S,
    reason: 'its page stopped responding for 10 s',
  },
  {
    name: 'loads itself again and again, and says each time that it is healthy',
    app: { version: '2.3.3', script: 'fieldfare.healthy(); setTimeout(() => location.reload(), 100);' },
    rule: CALL_IN_60_S,
    reason: 'its first page began 4 times: it loads itself again and again',
  },
];

test('a first release that throws leaves the screen with the shell, which says why', async () => {
  await fleet.rollOut({ version: '0.9.0', script: 'throw new Error("not ready");' }, QUIET_FOR_10_S);
  const seen = await untilRolledBack('0.9.0', 'it threw an error: Uncaught Error: not ready');
  expect(seen).toContain('Took back version 0.9.0');
  expect(seen).toContain('No earlier version is kept here');
  expect(kiosk.releaseFrame()).toBeUndefined();
  await untilDashboardTells('0.9.0', 'it threw an error: Uncaught Error: not ready');
});

test('a good release runs after it', async () => {
  await fleet.settle(GOOD);
  expect(await headingOfRelease()).toBe('menu 1.0.0');
});

for (const { name, app, rule, reason } of CASES)
  test(`a release that ${name} is taken back, and the earlier one runs again`, async () => {
    await fleet.rollOut(app, rule);
    const seen = await untilRolledBack(app.version, reason);
    expect(seen).toContain(`Version ${app.version} was taken back.`);
    expect(seen).toContain(`Version ${GOOD.version} goes on.`);
    await expect.poll(headingOfRelease, { timeout: 30_000 }).toBe(`menu ${GOOD.version}`);
    await untilDashboardTells(app.version, reason);
    const device = (await fleet.operator.devices()).get('counter');
    expect(device).toMatchObject({ stage: 'rolled-back', version: GOOD.version });
    expect(device?.text).toContain(reason);
  });

test('the shell goes on while a release that began well hangs', async () => {
  await kiosk.page.evaluate(() => {
    window.addEventListener('message', () => {
      document.documentElement.dataset.heardMs = String(performance.now());
    });
  });
  await fleet.rollOut({ version: '2.4.0', script: 'setTimeout(() => { for (;;); }, 2_500);' });
  await onTrial('2.4.0');
  await expect.poll(headingOfRelease, { timeout: 30_000 }).toBe('menu 2.4.0');
  // Beats come each second, and nothing looks at the page if its own thread is taken.
  await kiosk.page.waitForFunction(
    () => performance.now() - Number(document.documentElement.dataset.heardMs ?? Number.NaN) > 3_000,
    undefined,
    { timeout: 30_000 },
  );
  expect((await kiosk.state()).stage).toBe('probation');
  await untilRolledBack('2.4.0', 'its page stopped responding for 10 s');
  await expect.poll(headingOfRelease, { timeout: 30_000 }).toBe(`menu ${GOOD.version}`);
});

test('a release that is noisy and well is taken under both rules, and the rollout’s page names its warnings', async () => {
  const script = `
    document.body.insertAdjacentHTML('beforeend', '<p id="p">x</p>');
    new ResizeObserver(() => { p.style.width = Math.random() * 500 + 'px'; }).observe(p);
    Promise.reject(new Error('nobody waits for this'));
    setInterval(() => parent.postMessage({ type: 'app' }, '*'), 50);
    // Long after the notices of the observer, one with each frame, began.
    setTimeout(() => {
      const image = document.createElement('img');
      image.onerror = () => setTimeout(() => fieldfare.healthy(), 100);
      image.src = '/missing.png';
      document.body.append(image);
    }, 1_500);`;
  const tag = '<script async src="http://127.0.0.1:9/tag.js?id=1"></script>';
  for (const [version, rule] of [
    ['2.5.0', CALL_IN_60_S],
    ['2.5.1', { quietForSeconds: 6 }],
  ] as const) {
    const page = `<!doctype html><meta charset="utf-8"><h1>menu ${version}</h1>${tag}<script src="app.js"></script>`;
    await fleet.rollOut({ version, script, files: { 'index.html': page } }, rule);
    await kiosk.until(
      `${version} is committed`,
      (seen) => seen.stage === 'committed' && seen.version === version,
      60_000,
    );
    const warnings = fleet.operator.page.getByTestId('rollout-warning');
    await warnings.filter({ hasText: 'http://127.0.0.1:9/tag.js' }).waitFor();
    await warnings.filter({ hasText: '/missing.png' }).waitFor();
  }
});

test('a release that hangs after its commit is started again, and given up the third time', async () => {
  await fleet.settle({ version: '2.6.0' });
  await fleet.rollOut({
    version: '2.7.0',
    script: 'fieldfare.healthy(); setTimeout(() => { for (;;); }, 6_000);',
  });
  await kiosk.until('2.7.0 is committed', (seen) => seen.version === '2.7.0', 60_000);
  await untilRolledBack('2.7.0', 'it started badly 3 times');
  await expect.poll(headingOfRelease, { timeout: 30_000 }).toBe('menu 2.6.0');
});

test('a kiosk that starts again after a rollback starts the earlier release', async () => {
  kiosk = await fleet.reopenKiosk('counter');
  await expect.poll(headingOfRelease, { timeout: 60_000 }).toBe('menu 2.6.0');
});

test('a good release after all the bad ones is taken', async () => {
  await fleet.settle({ version: '3.0.0' });
  expect(await headingOfRelease()).toBe('menu 3.0.0');
});

/** Resolves with what the kiosk's own page says. */
async function untilRolledBack(version: string, reason: string): Promise<string> {
  const { text } = await kiosk.until(
    `${version} was taken back`,
    (seen) => seen.stage === 'rolled-back' && seen.text.includes(version),
    90_000,
  );
  // Reasons begin with a capital where they are a sentence of their own.
  expect(text.toLowerCase()).toContain(reason.toLowerCase());
  return text;
}

async function onTrial(version: string): Promise<void> {
  await kiosk.page
    .locator(`[data-stage=probation][data-target="${version}"]`)
    .waitFor({ state: 'attached', timeout: 60_000 });
}

async function untilDashboardTells(version: string, reason: string): Promise<void> {
  const { operator } = fleet;
  await operator.goTo('/activity');
  await operator.page
    .getByTestId('activity-item')
    .filter({ hasText: 'rolled-back' })
    .filter({ hasText: `menu ${version}` })
    .filter({ hasText: reason })
    .first()
    .waitFor({ timeout: 30_000 });
}

async function headingOfRelease(): Promise<string | undefined> {
  return kiosk
    .releaseFrame()
    ?.locator('h1')
    .textContent({ timeout: 5_000 })
    .catch(() => undefined)
    .then((text) => text ?? undefined);
}
