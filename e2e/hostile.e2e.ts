import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toBase64Url } from '../src/core/wire/ids.ts';
import { decodeJoinLink, encodeJoinLink } from '../src/core/wire/join-link.ts';
import { encodeMessage } from '../src/core/wire/message.ts';
import './pages/hostile/page-contract.ts';
import type { Crafted, Forgery } from './pages/hostile/page-contract.ts';
import { openStandingFleet, type StandingFleet } from './standing-fleet.ts';

/** What runs while strangers and bribed operators try their luck: counter 2 of its product. */
const RUNNING = '2.0.0';
/** A node raises one alarm a second at most, so that nobody makes it shout. */
const ALARM_PAUSE_MS = 1_000;

let fleet: StandingFleet;
let served: PreviewServer;
let outDir: string;
let browser: Browser;
let near: string;
const forged: string[] = [];

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'fieldfare-hostile-'));
  const config = {
    configFile: false,
    root: fileURLToPath(new URL('pages/hostile', import.meta.url)),
    logLevel: 'error',
    resolve: {
      alias: {
        'simple-peer': '@thaunknown/simple-peer/lite.js',
        webtorrent: 'webtorrent/dist/webtorrent.min.js',
      },
    },
    build: { outDir, emptyOutDir: true, target: 'es2023' },
  } as const;
  await build(config);
  served = await preview({ ...config, preview: { port: 0, host: 'localhost' } });
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
  fleet = await openStandingFleet(['near', 'far']);
  await fleet.settle({ version: '1.0.0' });
  await fleet.settle({ version: RUNNING });
  near = await deviceKey('near');
});

afterEach(async () => {
  for (const context of browser.contexts()) {
    // With a goodbye: places of neighbours that vanish stay taken until ICE notices, and the next one finds none.
    for (const page of context.pages()) await page.evaluate(() => window.hostile?.close());
    await context.close();
  }
});

afterAll(async () => {
  await fleet?.close();
  await browser?.close();
  await served?.close();
  if (outDir !== undefined) await rm(outDir, { recursive: true, force: true });
});

describe('a stranger with the link of the fleet and no grant', () => {
  const newer: Forgery = {
    content: { type: 'release', version: '6.6.6', counter: 3 },
    parents: [],
    grant: 'founder',
    author: 'self',
    signer: 'self',
  };

  test('signs a release and a rollout of it: both are refused, and an operator reads why', async () => {
    const stranger = await openStranger();
    const release = await craft(stranger, newer);
    const rollout = await craft(stranger, {
      ...newer,
      content: { type: 'rollout', release: release.id, number: 9 },
      parents: [release.id],
    });
    await send(stranger, release, rollout);
    await untilActivity(
      'turned away',
      'an entry was refused (L4-authority): the grant that it names is not for',
    );
    await expectUntouched();
  });

  test("signs a release in the founder's name", async () => {
    const stranger = await openStranger();
    await send(stranger, await craft(stranger, { ...newer, author: 'founder' }));
    await untilActivity('turned away', 'the entry is not signed by its author and cosigners');
    await expectUntouched();
  });

  test("puts the founder's key beside a signature of its own", async () => {
    const stranger = await openStranger();
    await send(stranger, await craft(stranger, { ...newer, author: 'founder', signer: 'founder' }));
    await untilActivity('turned away', 'a signature of the entry does not hold');
    await expectUntouched();
  });

  test('turns one bit of a release that the founder signed', async () => {
    const stranger = await openStranger();
    const changed = await stranger.evaluate(
      (version) => window.hostile.turnBit(window.hostile.release(version)!, version),
      RUNNING,
    );
    forged.push(changed.id);
    const seenBefore = await activityCount('a signature of the entry does not hold');
    await send(stranger, changed);
    await expect
      .poll(() => activityCount('a signature of the entry does not hold'), { timeout: 30_000 })
      .toBeGreaterThan(seenBefore);
    await expectUntouched();
  });

  test('sends frames that say nothing, and is banned', async () => {
    const stranger = await openStranger();
    await alarmIsDue();
    for (let count = 0; count < 8; count++)
      await stranger.evaluate(
        ([peer, frame]) => {
          if (window.hostile.peers().includes(peer!)) window.hostile.sendFrame(peer!, frame!);
        },
        [near, toBase64Url(Uint8Array.of(0x81, 0x63, 0x61, 0x62, 0x63))],
      );
    await expect
      .poll(() => stranger.evaluate(() => window.hostile.peers()), { timeout: 30_000 })
      .not.toContain(near);
    await untilActivity('turned away', 'a message of a type that is not known here');
    await expectUntouched();
  });
});

describe('a neighbour that floods a kiosk', () => {
  /** An entry that the operator writes while it goes on is in the kiosk's ledger in time. */
  const newsArrives = async () => {
    const before = await ledgerOf(fleet.kiosk('near').page, 'device');
    const startedMs = performance.now();
    await fleet.operator.inviteOperator();
    await expect
      .poll(async () => (await ledgerOf(fleet.kiosk('near').page, 'device')).length, {
        timeout: 20_000,
        interval: 20,
      })
      .toBeGreaterThan(before.length);
    return performance.now() - startedMs;
  };
  const heapBytes = async () => {
    const session = await fleet.kiosk('near').context.newCDPSession(fleet.kiosk('near').page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return usedSize;
  };

  test('with 10,000 well-formed junk messages a second loses its link, and news and memory stay as they were (M13)', async () => {
    const stranger = await openStranger();
    const [quietMs, quietBytes] = [await newsArrives(), await heapBytes()];
    await alarmIsDue();
    const prune = toBase64Url(encodeMessage({ type: 'prune', topic: 'fleet' }));
    await stranger.evaluate(([peer, frame]) => window.hostile.flood(peer!, frame!, 10_000), [near, prune]);
    const floodedMs = await newsArrives();
    await untilActivity('turned away', 'it sends more that says nothing new than any honest node does');
    const grownBytes = (await heapBytes()) - quietBytes;
    const frames = await stranger.evaluate(() => window.hostile.flooded());
    console.log(
      `news after ${quietMs.toFixed(0)} ms in peace, ${floodedMs.toFixed(0)} ms in the flood; ${frames} frames, heap ${(grownBytes / 2 ** 20).toFixed(1)} MiB more`,
    );
    expect(grownBytes).toBeLessThan(32 * 2 ** 20);
    await expectUntouched();
  });

  test('with garbage on 200 bulk channels that nobody opened reaches nothing', async () => {
    const stranger = await openStranger();
    const quietBytes = await heapBytes();
    await stranger.evaluate((peer) => window.hostile.openChannels(peer, 200, 256 * 1024), near);
    await newsArrives();
    expect((await heapBytes()) - quietBytes).toBeLessThan(32 * 2 ** 20);
    await expectUntouched();
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
    const traitor = await openTraitor();
    const newest = await traitor.evaluate((version) => window.hostile.release(version)!, RUNNING);
    await send(traitor, await craft(traitor, { ...older, parents: [newest] }));
    await untilActivity('turned away', 'has the counter 1, but 2 was published before it');
    await expectUntouched();
  });

  test("publishes counter 1 beside the founder's, not after it: the founder's stands", async () => {
    const traitor = await openTraitor();
    const release = await sendAccepted(traitor, older);
    const rollout = await sendAccepted(traitor, {
      ...older,
      content: { type: 'rollout', release: release.id, number: 20 },
      parents: [release.id],
    });
    for (const name of ['near', 'far'])
      await expect
        .poll(() => ledgerOf(fleet.kiosk(name).page, 'device'), { timeout: 60_000 })
        .toEqual(expect.arrayContaining([release.id, rollout.id]));
    expect(await traitor.evaluate(() => window.hostile.release('0.0.1'))).toBeUndefined();
    await expectUntouched();
  });

  test('publishes counter 0 beside 2 and rolls it out: devices refuse to go back', async () => {
    const traitor = await openTraitor();
    const { id } = await sendAccepted(traitor, {
      ...older,
      content: { type: 'release', version: '0.0.1', counter: 0 },
    });
    await traitor.evaluate((release) => window.hostile.rollOut(release), id);
    const reason = 'release 0.0.1 has the counter 0, but this device has already run 2';
    for (const name of ['near', 'far'])
      await fleet
        .kiosk(name)
        .until('refuses 0.0.1', ({ stage, text }) => stage === 'failed' && text.includes('0.0.1'));
    await untilActivity('refused', reason);
    await expectRunning();
    expect((await fleet.operator.devices()).get('near')?.text).toContain(reason);
  });

  test('signs a manifest that its own torrent does not keep: the update fails, nothing of it runs', async () => {
    const traitor = await openTraitor();
    const release = await traitor.evaluate(() => window.hostile.publishLie('7.0.0'));
    await traitor.evaluate((id) => window.hostile.rollOut(id), release);
    const reason = 'a file does not make the SHA-256 that the release was signed with';
    for (const name of ['near', 'far']) {
      const { text } = await fleet
        .kiosk(name)
        .until('fails 7.0.0', ({ stage, text }) => stage === 'failed' && text.includes('7.0.0'), 60_000);
      expect(text.toLowerCase()).toContain(reason.toLowerCase());
    }
    await untilActivity('failed', reason);
    await expectRunning();
  });
});

describe('a seeder that changes bytes', () => {
  test('is found and cut while it is the only one; the old release runs until an honest one is back', async () => {
    const seeder = await openStranger();
    const photo = crypto.getRandomValues(new Uint8Array(48 * 1024));
    await fleet.publish({ version: '8.0.0', files: { 'photo.bin': photo } });
    await seeder.waitForFunction(() => window.hostile.release('8.0.0') !== undefined);
    const release = await seeder.evaluate(() => window.hostile.release('8.0.0')!);
    await seeder.evaluate((id) => window.hostile.seed(id), release);
    await seeder.waitForFunction((id) => window.hostile.holdsWhole(id), release);
    await seeder.evaluate(() => window.hostile.tamper());

    for (const kiosk of fleet.kiosks.values()) await kiosk.stop();
    await fleet.rollOutPublished('8.0.0');
    const rollouts = await ledgerOf(fleet.operator.page, 'operator');
    await seeder.waitForFunction((ids) => ids.every((id) => window.hostile.entries().includes(id)), rollouts);
    await fleet.operator.stop();

    const kiosk = await fleet.reopenKiosk('near');
    await seeder.waitForFunction(
      () => window.hostile.alarms().some((reason) => /did not make its hash/.test(reason)),
      undefined,
      { timeout: 60_000 },
    );
    await kiosk.until(
      'waits for good bytes',
      ({ stage, version, text }) => stage === 'fetching' && version === RUNNING && text.includes('8.0.0'),
    );
    await expect.poll(() => headingOf('near')).toBe(`menu ${RUNNING}`);

    await fleet.reopenOperator();
    await untilActivity('turned away', 'of a release did not make its hash: it was changed on the way');
    await fleet.reopenKiosk('far');
    for (const each of fleet.kiosks.values())
      await each.until(
        'runs 8.0.0',
        ({ stage, version }) => stage === 'committed' && version === '8.0.0',
        90_000,
      );
    await expect.poll(() => headingOf('near')).toBe('menu 8.0.0');
  });
});

describe("a stranger that the operator's browser banned (M12)", () => {
  test('stands on the Mesh page with its reason, still after a restart, and is free when the ban is lifted', async () => {
    const stranger = await openStranger();
    const founder = await stranger.evaluate(() => window.hostile.founder());
    await stranger.waitForFunction((peer) => window.hostile.peers().includes(peer), founder, {
      timeout: 60_000,
    });
    const garbage = toBase64Url(Uint8Array.of(0x81, 0x63, 0x61, 0x62, 0x63));
    await stranger.evaluate(
      ([peer, frame]) => {
        for (let count = 0; count < 8; count++) window.hostile.sendFrame(peer!, frame!);
      },
      [founder, garbage],
    );
    await expect
      .poll(() => stranger.evaluate(() => window.hostile.peers()), { timeout: 30_000 })
      .not.toContain(founder);
    await untilBanned('a message of a type that is not known here');
    // The list of bans is kept a second after the ban.
    await expect.poll(() => keptBans(fleet.operator.page), { timeout: 10_000 }).toHaveLength(1);

    await fleet.reopenOperator();
    const row = await untilBanned('a message of a type that is not known here');
    expect(await stranger.evaluate(() => window.hostile.peers())).not.toContain(founder);

    await row.getByRole('button', { name: /Lift ban/ }).click();
    await row.waitFor({ state: 'detached' });
    await stranger.waitForFunction((peer) => window.hostile.peers().includes(peer), founder, {
      timeout: 90_000,
    });
  });

  async function untilBanned(reason: string) {
    const { page } = fleet.operator;
    await fleet.operator.goTo('/mesh');
    const row = page.locator('[data-testid="turned-away"][data-banned="true"]').filter({ hasText: reason });
    await row.waitFor({ timeout: 30_000 });
    return row;
  }

  function keptBans(page: Page): Promise<string[]> {
    return page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('bans/')));
  }
});

test('after all of it an honest release reaches every kiosk, and no forgery stands in any ledger', async () => {
  await fleet.settle({ version: '9.0.0' });
  await expect.poll(() => headingOf('near')).toBe('menu 9.0.0');
  await expect.poll(() => headingOf('far')).toBe('menu 9.0.0');
  expect(forged.length).toBeGreaterThanOrEqual(6);
  await expectNoForgery();
});

async function openHostile(link: string): Promise<Page> {
  const context = await browser.newContext();
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${served.resolvedUrls?.local[0]}`);
  await page.waitForFunction(() => window.hostile !== undefined);
  await page.evaluate((text) => window.hostile.join(text), link);
  await page.waitForFunction(
    ([peer, version]) =>
      window.hostile.peers().includes(peer!) && window.hostile.release(version!) !== undefined,
    [near, RUNNING],
    { timeout: 60_000 },
  );
  return page;
}

async function openStranger(): Promise<Page> {
  const invitation = decodeJoinLink(await fleet.operator.inviteOperator());
  return openHostile(encodeJoinLink({ ...invitation, invitation: undefined }));
}

async function openTraitor(): Promise<Page> {
  const page = await openHostile(await fleet.operator.inviteOperator());
  await page.waitForFunction(() => window.hostile.roles().includes('release'));
  return page;
}

async function craft(page: Page, forgery: Forgery): Promise<Crafted> {
  const crafted = await page.evaluate((wanted) => window.hostile.craft(wanted), forgery);
  forged.push(crafted.id);
  return crafted;
}

/** To one kiosk alone: whatever another node comes to hold of it was passed on. */
async function send(page: Page, ...entries: readonly Crafted[]): Promise<void> {
  await alarmIsDue();
  await page.evaluate(({ peer, envelopes }) => window.hostile.sendEntries(peer, envelopes), {
    peer: near,
    envelopes: entries.map(({ envelope }) => envelope),
  });
}

/** For an entry that its author may write: it stands in every ledger, whatever the view makes of it. */
async function sendAccepted(page: Page, forgery: Forgery): Promise<Crafted> {
  const crafted = await page.evaluate((wanted) => window.hostile.craft(wanted), forgery);
  await page.evaluate(({ peer, envelope }) => window.hostile.sendEntries(peer, [envelope]), {
    peer: near,
    envelope: crafted.envelope,
  });
  // It comes back by way of the other neighbours.
  await page.waitForFunction((id) => window.hostile.entries().includes(id), crafted.id);
  return crafted;
}

let lastAlarmSeenMs = 0;

async function alarmIsDue(): Promise<void> {
  await expect.poll(() => Date.now() - lastAlarmSeenMs).toBeGreaterThan(ALARM_PAUSE_MS);
}

function activityOf(detail: string) {
  return fleet.operator.page.getByTestId('activity-item').filter({ hasText: detail });
}

async function activityCount(detail: string): Promise<number> {
  await fleet.operator.goTo('/activity');
  await fleet.operator.page.getByTestId('page-activity').waitFor();
  return activityOf(detail).count();
}

async function untilActivity(action: string, detail: string): Promise<void> {
  await fleet.operator.goTo('/activity');
  await activityOf(detail).filter({ hasText: action }).first().waitFor({ timeout: 60_000 });
  lastAlarmSeenMs = Date.now();
}

async function expectUntouched(): Promise<void> {
  await expectRunning();
  for (const name of ['near', 'far']) expect((await fleet.kiosk(name).state()).stage).toBe('committed');
  await expectNoForgery();
}

async function expectRunning(): Promise<void> {
  for (const name of ['near', 'far']) {
    expect((await fleet.kiosk(name).state()).version).toBe(RUNNING);
    expect(await headingOf(name)).toBe(`menu ${RUNNING}`);
  }
}

async function expectNoForgery(): Promise<void> {
  const ledgers = await Promise.all([
    ledgerOf(fleet.operator.page, 'operator'),
    ...['near', 'far'].map((name) => ledgerOf(fleet.kiosk(name).page, 'device')),
  ]);
  for (const ledger of ledgers) {
    expect(ledger.length).toBeGreaterThan(5);
    expect(ledger.filter((id) => forged.includes(id))).toEqual([]);
  }
}

/** Ids of the entries that a page keeps. */
function ledgerOf(page: Page, kind: 'operator' | 'device'): Promise<string[]> {
  return page.evaluate(
    (name) =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onupgradeneeded = () => reject(new Error(`there is no database ${name}`));
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const reading = db.transaction('entries').objectStore('entries').getAll();
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            db.close();
            resolve((reading.result as { key: string }[]).map(({ key }) => key));
          };
        };
      }),
    `fieldfare-${kind}/ledger`,
  );
}

async function deviceKey(name: string): Promise<string> {
  const { page } = fleet.operator;
  await fleet.operator.goTo('/devices');
  await page.getByTestId('device-row').filter({ hasText: name }).getByRole('link').first().click();
  await page.getByTestId('page-device').waitFor();
  return page.evaluate(() => location.hash.replace('#/devices/', ''));
}

async function headingOf(name: string): Promise<string | undefined> {
  const heading = fleet.kiosk(name).releaseFrame()?.locator('h1');
  return (await heading?.textContent({ timeout: 5_000 }).catch(() => null)) ?? undefined;
}
