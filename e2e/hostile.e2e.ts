import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type HostileScene, openHostileScene, RUNNING } from './hostile-scene.ts';
import { ledgerOf } from './kept-ledger.ts';
import './pages/hostile/page-contract.ts';
import type { Forgery } from './pages/hostile/page-contract.ts';

let scene: HostileScene;

beforeAll(async () => {
  scene = await openHostileScene();
});
afterEach(() => scene?.sendAway());
afterAll(() => scene?.close());

describe('a stranger with the link of the fleet and no grant', () => {
  const newer: Forgery = {
    content: { type: 'release', version: '6.6.6', counter: 3 },
    parents: [],
    grant: 'founder',
    author: 'self',
    signer: 'self',
  };

  test('signs a release and a rollout of it: both are refused, and an operator reads why', async () => {
    const stranger = await scene.openStranger();
    const release = await scene.craft(stranger, newer);
    const rollout = await scene.craft(stranger, {
      ...newer,
      content: { type: 'rollout', release: release.id, number: 9 },
      parents: [release.id],
    });
    await scene.send(stranger, release, rollout);
    await scene.untilActivity(
      'turned away',
      'an entry was refused (L4-authority): the grant that it names is not for',
    );
    await scene.expectUntouched();
  });

  test("signs a release in the founder's name", async () => {
    const stranger = await scene.openStranger();
    await scene.send(stranger, await scene.craft(stranger, { ...newer, author: 'founder' }));
    await scene.untilActivity('turned away', 'the entry is not signed by its author and cosigners');
    await scene.expectUntouched();
  });

  test("puts the founder's key beside a signature of its own", async () => {
    const stranger = await scene.openStranger();
    await scene.send(
      stranger,
      await scene.craft(stranger, { ...newer, author: 'founder', signer: 'founder' }),
    );
    await scene.untilActivity('turned away', 'a signature of the entry does not hold');
    await scene.expectUntouched();
  });

  test('turns one bit of a release that the founder signed', async () => {
    const stranger = await scene.openStranger();
    const changed = await stranger.evaluate(
      (version) => window.hostile.turnBit(window.hostile.release(version)!, version),
      RUNNING,
    );
    scene.forged.push(changed.id);
    const seenBefore = await scene.activityCount('a signature of the entry does not hold');
    await scene.send(stranger, changed);
    await expect
      .poll(() => scene.activityCount('a signature of the entry does not hold'), { timeout: 30_000 })
      .toBeGreaterThan(seenBefore);
    await scene.expectUntouched();
  });
});

describe('a person with an invitation who turns against the fleet', () => {
  const older: Forgery = {
    content: { type: 'release', version: '0.0.1', counter: 1 },
    parents: [],
    grant: 'own',
    author: 'self',
    signer: 'self',
  };

  test('publishes counter 1 after 2: the ledger refuses it', async () => {
    const traitor = await scene.openTraitor();
    const newest = await traitor.evaluate((version) => window.hostile.release(version)!, RUNNING);
    await scene.send(traitor, await scene.craft(traitor, { ...older, parents: [newest] }));
    await scene.untilActivity('turned away', 'has the counter 1, but 2 was published before it');
    await scene.expectUntouched();
  });

  test("publishes counter 1 beside the founder's, not after it: the founder's stands", async () => {
    const traitor = await scene.openTraitor();
    const release = await scene.sendAccepted(traitor, older);
    const rollout = await scene.sendAccepted(traitor, {
      ...older,
      content: { type: 'rollout', release: release.id, number: 20 },
      parents: [release.id],
    });
    for (const name of ['near', 'far'])
      await expect
        .poll(() => ledgerOf(scene.fleet.kiosk(name).page, 'device'), { timeout: 60_000 })
        .toEqual(expect.arrayContaining([release.id, rollout.id]));
    expect(await traitor.evaluate(() => window.hostile.release('0.0.1'))).toBeUndefined();
    await scene.expectUntouched();
  });

  test('publishes counter 0 beside 2 and rolls it out: devices refuse to go back', async () => {
    const traitor = await scene.openTraitor();
    const { id } = await scene.sendAccepted(traitor, {
      ...older,
      content: { type: 'release', version: '0.0.1', counter: 0 },
    });
    await traitor.evaluate((release) => window.hostile.rollOut(release), id);
    const reason = '0.0.1 is release 0 of menu, and this device has already run 2';
    for (const name of ['near', 'far'])
      await scene.fleet
        .kiosk(name)
        .until('refuses 0.0.1', ({ stage, text }) => stage === 'refused' && text.includes(reason));
    await scene.untilActivity('refused', reason);
    await scene.expectRunning();
    expect((await scene.fleet.operator.devices()).get('near')?.text).toContain(reason);
  });

  test('signs a manifest that its own torrent does not keep: the update fails, nothing of it runs', async () => {
    const traitor = await scene.openTraitor();
    const release = await traitor.evaluate(() => window.hostile.publishLie('7.0.0'));
    await traitor.evaluate((id) => window.hostile.rollOut(id), release);
    const reason = 'a file does not make the SHA-256 that the release was signed with';
    for (const name of ['near', 'far']) {
      const { text } = await scene.fleet
        .kiosk(name)
        .until('fails 7.0.0', ({ stage, text }) => stage === 'failed' && text.includes('7.0.0'), 60_000);
      expect(text.toLowerCase()).toContain(reason.toLowerCase());
    }
    await scene.untilActivity('failed', reason);
    await scene.expectRunning();
  });
});

describe('a seeder that changes bytes', () => {
  test('is found and cut while it is the only one; the old release runs until an honest one is back', async () => {
    const seeder = await scene.openStranger();
    const photo = crypto.getRandomValues(new Uint8Array(48 * 1024));
    await scene.fleet.publish({ version: '8.0.0', files: { 'photo.bin': photo } });
    await seeder.waitForFunction(() => window.hostile.release('8.0.0') !== undefined);
    const release = await seeder.evaluate(() => window.hostile.release('8.0.0')!);
    await seeder.evaluate((id) => window.hostile.seed(id), release);
    await seeder.waitForFunction((id) => window.hostile.holdsWhole(id), release);
    await seeder.evaluate(() => window.hostile.tamper());

    for (const kiosk of scene.fleet.kiosks.values()) await kiosk.stop();
    await scene.fleet.rollOutPublished('8.0.0');
    const rollouts = await ledgerOf(scene.fleet.operator.page, 'operator');
    await seeder.waitForFunction((ids) => ids.every((id) => window.hostile.entries().includes(id)), rollouts);
    await scene.fleet.operator.stop();

    const kiosk = await scene.fleet.reopenKiosk('near');
    await seeder.waitForFunction(
      () => window.hostile.alarms().some((reason) => /did not make its hash/.test(reason)),
      undefined,
      { timeout: 60_000 },
    );
    await kiosk.until(
      'waits for good bytes',
      ({ stage, version, text }) => stage === 'fetching' && version === RUNNING && text.includes('8.0.0'),
    );
    await expect.poll(() => scene.headingOf('near')).toBe(`menu ${RUNNING}`);

    await scene.fleet.reopenOperator();
    await scene.untilActivity('turned away', 'of a release did not make its hash: it was changed on the way');
    await scene.fleet.reopenKiosk('far');
    for (const each of scene.fleet.kiosks.values())
      await each.until(
        'runs 8.0.0',
        ({ stage, version }) => stage === 'committed' && version === '8.0.0',
        90_000,
      );
    await expect.poll(() => scene.headingOf('near')).toBe('menu 8.0.0');
  });
});

test('after all of it an honest release reaches every kiosk, and no forgery stands in any ledger', async () => {
  await scene.fleet.settle({ version: '9.0.0' });
  await expect.poll(() => scene.headingOf('near')).toBe('menu 9.0.0');
  await expect.poll(() => scene.headingOf('far')).toBe('menu 9.0.0');
  expect(scene.forged.length).toBeGreaterThanOrEqual(6);
  await scene.expectNoForgery();
});
