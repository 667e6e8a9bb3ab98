import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toBase64Url } from '../src/core/wire/encoding/ids.ts';
import { encodeMessage } from '../src/core/wire/link/message.ts';
import { type HostileScene, openHostileScene } from './hostile-scene.ts';
import { ledgerOf } from './kept-ledger.ts';
import type { Crafted } from './pages/hostile/page-contract.ts';
import './pages/hostile/page-contract.ts';

/** A message whose type is no name: ["a b"]. */
const GARBAGE = toBase64Url(Uint8Array.of(0x81, 0x63, 0x61, 0x20, 0x62));
const REFUSED = 'the type of a message is not 1 to 32 of a-z';

let scene: HostileScene;

beforeAll(async () => {
  scene = await openHostileScene();
});
afterEach(() => scene?.sendAway());
afterAll(() => scene?.close());

describe('a stranger on a link', () => {
  test('sends frames that say nothing, and is banned', async () => {
    const stranger = await scene.openStranger();
    await scene.alarmIsDue();
    for (let count = 0; count < 8; count++)
      await stranger.evaluate(
        ([peer, frame]) => {
          if (window.hostile.peers().includes(peer!)) window.hostile.sendFrame(peer!, frame!);
        },
        [scene.near, GARBAGE],
      );
    await expect
      .poll(() => stranger.evaluate(() => window.hostile.peers()), { timeout: 30_000 })
      .not.toContain(scene.near);
    await scene.untilActivity('turned away', REFUSED);
    await scene.expectUntouched();
  });
});

describe('a neighbour that sends many entries at once', () => {
  test('has their signatures checked beside the page that gets them, and what must not stand does not', async () => {
    const { page } = scene.fleet.kiosk('near');
    const stranger = await scene.openStranger();
    const forgeries: Crafted[] = [];
    for (let number = 0; number < 64; number++)
      forgeries.push(
        await scene.craft(stranger, {
          content: { type: 'release', version: `6.6.${number}`, counter: 3 + number },
          parents: [],
          grant: 'founder',
          author: 'self',
          signer: 'self',
        }),
      );
    const started = page.waitForEvent('worker', {
      predicate: (worker) => /verification-worker/.test(worker.url()),
    });
    await scene.send(stranger, ...forgeries);
    await started;
    await scene.untilActivity('turned away', 'an entry was refused (L4-authority)');
    await scene.expectUntouched();
  });
});

describe('a neighbour that floods a kiosk', () => {
  /** An entry that the operator writes while it goes on is in the kiosk's ledger in time. */
  const newsArrives = async () => {
    const before = await ledgerOf(scene.fleet.kiosk('near').page, 'device');
    const startedMs = performance.now();
    await scene.fleet.operator.inviteOperator();
    await expect
      .poll(async () => (await ledgerOf(scene.fleet.kiosk('near').page, 'device')).length, {
        timeout: 20_000,
        interval: 20,
      })
      .toBeGreaterThan(before.length);
    return performance.now() - startedMs;
  };
  const heapBytes = async () => {
    const session = await scene.fleet.kiosk('near').context.newCDPSession(scene.fleet.kiosk('near').page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return usedSize + backingStorageSize;
  };

  test('with 10,000 well-formed junk messages a second loses its link, and news and memory stay as they were (M13)', async () => {
    const stranger = await scene.openStranger();
    const [quietMs, quietBytes] = [await newsArrives(), await heapBytes()];
    await scene.alarmIsDue();
    const prune = toBase64Url(encodeMessage({ type: 'prune', topic: 'fleet' }));
    await stranger.evaluate(
      ([peer, frame]) => window.hostile.flood(peer!, frame!, 10_000),
      [scene.near, prune],
    );
    const floodedMs = await newsArrives();
    await scene.untilActivity('turned away', 'it sends more that says nothing new than any honest node does');
    const grownBytes = (await heapBytes()) - quietBytes;
    const frames = await stranger.evaluate(() => window.hostile.flooded());
    console.log(
      `news after ${quietMs.toFixed(0)} ms in peace, ${floodedMs.toFixed(0)} ms in the flood; ${frames} frames, heap ${(grownBytes / 2 ** 20).toFixed(1)} MiB more`,
    );
    expect(grownBytes).toBeLessThan(32 * 2 ** 20);
    await scene.expectUntouched();
  });

  test('with what it knows, as fast as the line takes it, holds up no news, and memory stays bounded (M8)', async () => {
    const stranger = await scene.openStranger();
    const [quietMs, quietBytes] = [await newsArrives(), await heapBytes()];
    await stranger.evaluate((peer) => window.hostile.floodKnown(peer), scene.near);
    const floodedBytes = () => stranger.evaluate(() => window.hostile.floodedBytes());
    const startedMs = performance.now();
    // More than may wait to be read.
    await expect.poll(floodedBytes, { timeout: 60_000 }).toBeGreaterThan(48 * 2 ** 20);
    const perSecond = (await floodedBytes()) / ((performance.now() - startedMs) / 1_000);
    const floodedMs = await newsArrives();
    const grownBytes = (await heapBytes()) - quietBytes;
    const endings = await stranger.evaluate((peer) => window.hostile.endings(peer), scene.near);
    console.log(
      `news after ${quietMs.toFixed(0)} ms in peace, ${floodedMs.toFixed(0)} ms in a flood of ${(perSecond / 2 ** 20).toFixed(1)} MiB/s; heap ${(grownBytes / 2 ** 20).toFixed(1)} MiB more; the link ended ${endings} times`,
    );
    expect(grownBytes).toBeLessThan(96 * 2 ** 20);
    await scene.expectUntouched();
  });

  test('with garbage on 200 bulk channels that nobody opened reaches nothing', async () => {
    const stranger = await scene.openStranger();
    const quietBytes = await heapBytes();
    await stranger.evaluate((peer) => window.hostile.openChannels(peer, 200, 256 * 1024), scene.near);
    await newsArrives();
    expect((await heapBytes()) - quietBytes).toBeLessThan(32 * 2 ** 20);
    await scene.expectUntouched();
  });
});

describe('strangers that begin handshakes and leave them (H8)', () => {
  test('hold 24 places of the operator at once, are told on the Mesh page, and a newcomer links beside them (M16)', async () => {
    const stranger = await scene.openStranger();
    const founder = await stranger.evaluate(() => window.hostile.founder());
    const left = () => stranger.evaluate(() => window.hostile.leftHandshakes());
    await stranger.evaluate(
      ([link, peer]) => window.hostile.leaveHandshakes(link!, peer!, 40),
      [await scene.bareLink(), founder],
    );
    const begunMs = performance.now();
    await expect.poll(async () => (await left()).opened, { timeout: 30_000 }).toBeGreaterThanOrEqual(20);
    // A slow machine opens some of them later than 3 s, in places of others.
    const { opened, refused } = await left();
    expect(opened - refused).toBeLessThanOrEqual(24);
    await expect
      .poll(async () => left().then((now) => now.opened - now.refused), { timeout: 30_000 })
      .toBe(0);
    const freeMs = performance.now() - begunMs;
    await scene.fleet.operator.goTo('/mesh');
    await scene.fleet.operator.page
      .getByTestId('turned-away')
      .filter({ hasText: 'did not prove its key' })
      .first()
      .waitFor();
    const startedMs = performance.now();
    const newcomer = await scene.openStranger();
    // Those who left handshakes answer nobody, so that any neighbour is one who does.
    await newcomer.waitForFunction(() => window.hostile.peers().length > 0);
    const firstMs = performance.now() - startedMs;
    await newcomer.waitForFunction((peer) => window.hostile.peers().includes(peer), founder);
    const operatorMs = performance.now() - startedMs;
    console.log(
      `${opened} handshakes were left, all refused after ${(freeMs / 1000).toFixed(1)} s; a newcomer has a neighbour ${(firstMs / 1000).toFixed(1)} s after its page is opened, and the operator after ${(operatorMs / 1000).toFixed(1)} s`,
    );
    await scene.expectUntouched();
  });
});

describe("a stranger that the operator's browser banned (M12)", () => {
  test('stands on the Mesh page with its reason, still after a restart, and is free when the ban is lifted', async () => {
    const stranger = await scene.openStranger();
    const founder = await stranger.evaluate(() => window.hostile.founder());
    await stranger.waitForFunction((peer) => window.hostile.peers().includes(peer), founder, {
      timeout: 60_000,
    });
    await stranger.evaluate(
      ([peer, frame]) => {
        for (let count = 0; count < 8; count++) window.hostile.sendFrame(peer!, frame!);
      },
      [founder, GARBAGE],
    );
    await expect
      .poll(() => stranger.evaluate(() => window.hostile.peers()), { timeout: 30_000 })
      .not.toContain(founder);
    await untilBanned(REFUSED);
    // The list of bans is kept a second after the ban.
    await expect.poll(() => keptBans(scene.fleet.operator.page), { timeout: 10_000 }).toHaveLength(1);

    await scene.fleet.reopenOperator();
    const row = await untilBanned(REFUSED);
    expect(await stranger.evaluate(() => window.hostile.peers())).not.toContain(founder);

    await row.getByRole('button', { name: /Lift ban/ }).click();
    await row.waitFor({ state: 'detached' });
    await stranger.waitForFunction((peer) => window.hostile.peers().includes(peer), founder, {
      timeout: 90_000,
    });
  });

  async function untilBanned(reason: string) {
    const { page } = scene.fleet.operator;
    await scene.fleet.operator.goTo('/mesh');
    const row = page.locator('[data-testid="turned-away"][data-banned="true"]').filter({ hasText: reason });
    await row.waitFor({ timeout: 30_000 });
    return row;
  }

  function keptBans(page: Page): Promise<string[]> {
    return page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('bans/')));
  }
});
