import type { CDPSession, Frame } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AppOriginScene, openAppOriginScene, WAIT } from './app-origin/app-origin-scene.ts';
import { NOISE_SOURCE } from './app-origin/recording.ts';

const MEBIBYTE = 1024 * 1024;
const SIZE = 64 * MEBIBYTE;
/** What crosses the port at once, and how many of these (A9, A11). */
const PART = MEBIBYTE;
const PARTS = 8;

let scene: AppOriginScene;
let page: Frame;
let heap: CDPSession;

beforeAll(async () => {
  scene = await openAppOriginScene();
  scene.ship('player', {
    'index.html': '<title>player</title><h1>player</h1><audio controls muted></audio>',
    'small.txt': 'small',
  });
  await scene.reopen();
  await scene.shell.evaluate((size) => window.harness.keepRecording('noise.wav', size), SIZE);
}, 120_000);
afterAll(() => scene?.close());

beforeEach(async () => {
  await scene.run('player');
  await scene.untilEvent('release-beat');
  page = await scene.releasePage();
  await page.evaluate(`window.noiseAt = ${NOISE_SOURCE}`);
  heap = await scene.context.newCDPSession(scene.shell);
  await scene.shell.evaluate(() =>
    Object.assign(window.harness.reads, { bytes: 0, count: 0, mostAtOnce: 0 }),
  );
});
afterEach(() => heap.detach());

const reads = () => scene.shell.evaluate(() => ({ ...window.harness.reads }));
const inPage = <Result>(script: string) => page.evaluate<Result>(script);

/** What the shell's own page holds, buffers included, in MiB. */
async function shellHeap(): Promise<number> {
  const usage = (await heap.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return (usage.usedSize + (usage.backingStorageSize ?? 0)) / MEBIBYTE;
}

/** The most that the shell's page held while `work` went on. */
async function mostHeapDuring(work: Promise<unknown>): Promise<number> {
  let most = 0;
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  while (!over) most = Math.max(most, await shellHeap());
  await done;
  return most;
}

/** When what reads ahead by itself has read all that it wants. */
async function untilReadsRest(): Promise<void> {
  const counts: number[] = [];
  const looks = async () => {
    counts.push((await reads()).count);
    return new Set(counts.slice(-4)).size === 1 && counts.length >= 4;
  };
  await expect.poll(looks, { ...WAIT, interval: 200 }).toBe(true);
}

describe('a large file of a running release (A11)', { timeout: 120_000 }, () => {
  it('costs a byte where a byte is asked for', async () => {
    for (const at of [44, SIZE / 2 + 1, SIZE - 1]) {
      expect(
        await inPage(`fetch('/noise.wav', { headers: { range: 'bytes=${at}-${at}' } }).then(async (response) => {
          const bytes = new Uint8Array(await response.arrayBuffer());
          return [response.status, response.headers.get('content-range'), bytes.length, bytes[0] === noiseAt(${at})];
        })`),
      ).toEqual([206, `bytes ${at}-${at}/${SIZE}`, 1, true]);
    }
    expect(await reads()).toMatchObject({ bytes: 3, count: 3 });
  });

  it('is played and sought in, and read only around there', async () => {
    const play = (script: string, event: string) =>
      inPage(`new Promise((resolve, reject) => {
        const player = document.querySelector('audio');
        player.addEventListener('${event}', () => resolve(player.currentTime), { once: true });
        player.addEventListener('error', () => reject(new Error(player.error.message)), { once: true });
        ${script}
      })`);
    await play("player.src = '/noise.wav'", 'canplay');
    for (const second of [300, 10, 200])
      expect(await play(`player.currentTime = ${second}`, 'seeked')).toBe(second);
    await untilReadsRest();
    expect((await reads()).bytes).toBeLessThan(SIZE);
    await inPage("document.querySelector('audio').removeAttribute('src')");
  });

  it('streams whole and right, while the shell holds a few parts of it', async () => {
    const before = await shellHeap();
    const whole = inPage(`fetch('/noise.wav').then(async (response) => {
      let at = 0;
      let wrong = 0;
      for (const reader = response.body.getReader(); ; ) {
        const { done, value } = await reader.read();
        if (done) return { at, wrong };
        for (let index = 0; index < value.length; index += 997)
          if (at + index >= 44 && value[index] !== noiseAt(at + index)) wrong += 1;
        at += value.length;
      }
    })`);
    const most = await mostHeapDuring(whole);
    expect(await whole).toEqual({ at: SIZE, wrong: 0 });
    expect(await reads()).toMatchObject({ bytes: SIZE, count: SIZE / PART });
    // Parts that were given away are gone at once, and what the store read them out of when it is next collected.
    expect(most - before).toBeLessThan(SIZE / 2);
  });

  it('opened by many who do not read: the shell stays small, others are served, and all ends with them', async () => {
    const before = await shellHeap();
    const opening = inPage(`Promise.all(Array.from({ length: 12 }, async () => {
      const reader = (await fetch('/noise.wav')).body.getReader();
      await reader.read();
      (window.readers ??= []).push(reader);
    }))`);
    const most = await mostHeapDuring(opening.then(untilReadsRest));
    expect((await reads()).mostAtOnce).toBeLessThanOrEqual(PARTS);
    expect(most - before).toBeLessThan(SIZE);
    expect(await inPage("fetch('/small.txt').then((response) => response.text())")).toBe('small');

    await inPage('Promise.all(window.readers.splice(0).map((reader) => reader.cancel()))');
    const { count } = await reads();
    await untilReadsRest();
    expect((await reads()).count - count).toBeLessThanOrEqual(PARTS);
  });

  it('asked for and given up at once, hundreds of times, leaves the next request its turn', async () => {
    await inPage(`(() => {
      for (let time = 0; time < 200; time++) {
        const abort = new AbortController();
        fetch('/noise.wav', { signal: abort.signal }).catch(() => undefined);
        setTimeout(() => abort.abort(), time % 7);
      }
    })()`);
    expect(await inPage("fetch('/small.txt').then((response) => response.text())")).toBe('small');
    await untilReadsRest();
    // The worker forgets those whose reader has gone: there is place for as many again.
    expect(
      await inPage(`(async () => {
        for (let time = 0; time < 300; time++) {
          const response = await fetch('/noise.wav');
          if (!response.ok) return response.text();
          await response.body.cancel();
        }
        return 'all served';
      })()`),
    ).toBe('all served');
  });

  it('goes on over another port, from the byte where the old one was lost', async () => {
    await inPage(`(async () => {
      window.copy = { at: 0, wrong: 0 };
      const reader = (await fetch('/noise.wav')).body.getReader();
      window.copyOn = async () => {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return window.copy;
          for (let index = 0; index < value.length; index += 997)
            if (copy.at + index >= 44 && value[index] !== noiseAt(copy.at + index)) copy.wrong += 1;
          copy.at += value.length;
        }
      };
    })()`);
    const bridge = scene.shell.frames().find((frame) => frame.url().includes('/.fieldfare/bridge.html'))!;
    const copying = inPage('copyOn()');
    for (let time = 0; time < 5; time += 1) {
      await bridge.evaluate(() => window.parent.postMessage({ type: 'port-wanted' }, '*'));
      const at = await inPage<number>('copy.at');
      await expect
        .poll(() => inPage<number>(`copy.at === ${SIZE} ? Infinity : copy.at`), WAIT)
        .toBeGreaterThan(at);
    }
    expect(await copying).toEqual({ at: SIZE, wrong: 0 });
  });

  it('breaks off, and does not end short, where its worker is ended, and plays on', async () => {
    const half = inPage(`(async () => {
      const reader = (await fetch('/noise.wav')).body.getReader();
      await reader.read();
      window.readOn = async () => {
        let bytes = 0;
        try {
          for (;;) {
            const { done, value } = await reader.read();
            if (done) return 'ended after ' + bytes;
            bytes += value.length;
          }
        } catch (error) {
          return error.name;
        }
      };
      const player = document.querySelector('audio');
      player.src = '/noise.wav';
      await new Promise((resolve) => player.addEventListener('canplay', resolve, { once: true }));
    })()`);
    await half;
    await scene.stopWorkers();
    expect(await inPage('readOn()')).toBe('TypeError');
    expect(
      await inPage(`new Promise((resolve) => {
        const player = document.querySelector('audio');
        player.addEventListener('seeked', () => resolve(player.currentTime), { once: true });
        player.currentTime = 250;
      })`),
    ).toBe(250);
  });
});
