import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { openScene, type Scene, SITE } from './actors/scene.ts';
import { SWAGGER_UI } from './fixtures/swagger-ui.ts';

/** A guess: 12 MB to two kiosks and a few seconds on trial, on two cores that other browsers share. */
const ROLLOUT_TIMEOUT_MS = 120_000;
const SCREEN_TIMEOUT_MS = 30_000;

describe('a folder of a web app', () => {
  const { product, previous, next } = SWAGGER_UI;
  let scene: Scene;
  let operator: OperatorActor;
  let kiosks: readonly KioskActor[];

  beforeAll(async () => {
    scene = await openScene();
    operator = await scene.operator('operator');
  });
  afterAll(() => scene?.close());

  const committed = (version: string) =>
    Promise.all(
      kiosks.map((kiosk) =>
        kiosk.until(
          `committed ${version}`,
          (seen) => seen.stage === 'committed' && seen.version === version,
          ROLLOUT_TIMEOUT_MS,
        ),
      ),
    );

  /** What stands in the release's own frame, once it has drawn itself. */
  const appScreen = (kiosk: KioskActor, version: string) =>
    expect
      .poll(
        async () => {
          const frame = kiosk.releaseFrame();
          return {
            title: await frame?.title().catch(() => undefined),
            topbars: await frame
              ?.locator('#swagger-ui .topbar')
              .count()
              .catch(() => 0),
            release: await frame
              ?.evaluate(() => (window as unknown as ReleaseWindow).fieldfare.release?.version)
              .catch(() => undefined),
          };
        },
        { timeout: SCREEN_TIMEOUT_MS },
      )
      .toEqual({ title: 'Swagger UI', topbars: 1, release: version });

  const pageText = async (path: string, page: string) => {
    await operator.goTo(path);
    const shown = operator.page.getByTestId(`page-${page}`);
    await shown.waitFor();
    return shown.innerText();
  };

  test('two kiosks are admitted by the codes on their screens', async () => {
    await operator.createFleet('Harbour cafes', 'Ada');
    kiosks = [await scene.pairedKiosk(operator, 'till'), await scene.pairedKiosk(operator, 'menu board')];
    expect([...(await operator.devices()).keys()].sort()).toEqual(['menu board', 'till']);
  });

  test('is rolled out, and both kiosks show the app', async () => {
    await operator.rollOutFolder({ folder: previous.folder });
    expect(await operator.page.getByTestId('page-rollout').innerText()).toContain(
      `${product} ${previous.version}`,
    );
    await committed(previous.version);
    for (const kiosk of kiosks) await appScreen(kiosk, previous.version);
  });

  test('is dropped on the dashboard as its next version, and both kiosks follow', async () => {
    await operator.dropFolder(next.folder);
    const report = operator.page.getByTestId('folder-report');
    await report.waitFor({ timeout: SCREEN_TIMEOUT_MS });
    expect(await report.innerText()).toMatch(new RegExp(`to fetch on ${previous.version}\\s+\\d`));
    await operator.page.getByRole('button', { name: 'Sign and start rollout' }).click();
    await operator.page.getByRole('button', { name: 'Start now' }).click({ timeout: SCREEN_TIMEOUT_MS });
    await operator.page.getByTestId('page-rollout').waitFor();
    await committed(next.version);
    for (const kiosk of kiosks) await appScreen(kiosk, next.version);
  });

  test('is accounted for on the dashboard', async () => {
    await expect
      .poll(() => operator.rolloutDevices(), { timeout: SCREEN_TIMEOUT_MS })
      .toMatchObject([
        { name: 'menu board', stage: 'committed', reason: '' },
        { name: 'till', stage: 'committed', reason: '' },
      ]);
    await expect
      .poll(async () => [...(await operator.devices()).values()], { timeout: SCREEN_TIMEOUT_MS })
      .toMatchObject([
        { stage: 'committed', version: next.version },
        { stage: 'committed', version: next.version },
      ]);

    const overview = await pageText('/', 'overview');
    expect(overview).toContain('Harbour cafes');
    expect(overview).toMatch(
      /Devices\s+2\s+Seen within (30 s|2 min)\s+2\s+Releases\s+2\s+Active rollouts\s+1/,
    );
    expect(overview).toContain(`${product} ${next.version}`);
    expect(overview).toContain('2 committed');

    const rollouts = await pageText('/rollouts', 'rollouts');
    expect(rollouts).toContain(previous.version);
    expect(rollouts).toContain(next.version);

    await operator.goTo('/mesh');
    const links = operator.page.getByTestId('mesh-link');
    await expect
      .poll(async () => wordsOf(await links.allInnerTexts(), ['Ada', 'till', 'menu board']), {
        timeout: SCREEN_TIMEOUT_MS,
      })
      .toEqual(['Ada till', 'Ada menu board', 'till menu board']);

    const activity = await pageText('/activity', 'activity');
    for (const action of ['created the fleet', 'admitted', 'published', 'rolled out', 'committed'])
      expect(activity).toContain(action);
    expect(activity).toContain(`site ${SITE}`);
  });
});

/** Which two of the names each row has, in the names' order and without rows that have others. */
function wordsOf(rows: readonly string[], names: readonly string[]): readonly string[] {
  const order = names.flatMap((from, at) => names.slice(at + 1).map((to) => `${from} ${to}`));
  const found = rows.map((row) => names.filter((name) => row.includes(name)).join(' '));
  return order.filter((pair) => found.includes(pair));
}

type ReleaseWindow = { fieldfare: { release?: { version: string } } };

describe('an invitation', () => {
  let scene: Scene;
  let founder: OperatorActor;

  beforeAll(async () => {
    scene = await openScene();
    founder = await scene.operator('founder');
    await founder.createFleet('Harbour cafes', 'Ada');
  });
  afterAll(() => scene?.close());

  test('for devices admits a kiosk that opens it, without anybody typing a code (J2, J5)', async () => {
    const link = await founder.inviteDevices(SITE);
    const { pathname, search, hash } = new URL(link);
    expect(pathname).toBe('/kiosk.html');
    const kiosk = await scene.kiosk('counter', `${search || '?name=counter'}${hash}`);
    await kiosk.page.locator('[data-admitted=true]').waitFor({ state: 'attached', timeout: 45_000 });
    // The invitation's seed must not stay where the next person at the screen can read it.
    expect(kiosk.page.url()).not.toContain('join');
    await expect
      .poll(async () => [...(await founder.devices()).keys()], { timeout: SCREEN_TIMEOUT_MS })
      .toEqual(['counter']);
    await kiosk.stop();
  });

  test('for an operator lets a second browser publish and roll out', async () => {
    const link = await founder.inviteOperator();
    const guest = await scene.operator('guest', new URL(link).pathname + new URL(link).hash);
    await guest.joinFleet(link, 'Grace');
    await guest.page.getByTestId('page-overview').waitFor();
    await guest.goTo('/settings');
    await guest.page.locator('[data-person-name=Grace]').waitFor({ timeout: SCREEN_TIMEOUT_MS });
    const kiosk = await scene.pairedKiosk(guest, 'window');
    await guest.rollOutFolder({ folder: SWAGGER_UI.previous.folder });
    await kiosk.until(
      `committed ${SWAGGER_UI.previous.version}`,
      (seen) => seen.stage === 'committed' && seen.version === SWAGGER_UI.previous.version,
      ROLLOUT_TIMEOUT_MS,
    );
    await founder.goTo('/activity');
    const items = founder.page.getByTestId('activity-item');
    await items.filter({ hasText: 'Grace' }).filter({ hasText: 'rolled out' }).waitFor();
    await items.filter({ hasText: 'Grace' }).filter({ hasText: 'published' }).waitFor();
  });
});
