import { describe, expect, test, vi } from 'vitest';
import type { InfoHash } from '../../core/wire/encoding/ids.ts';
import { sampleBytes } from '../../ports/acceptance/sample-bytes.ts';
import { createPieceCache, type LoadPart, type PieceName } from './piece-cache.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const BUNDLE = 'ab'.repeat(20) as InfoHash;

const piece = (index: number, sizeBytes = MIB, bundle = BUNDLE): PieceName => ({ bundle, index, sizeBytes });
/** A store that has the piece, and says what was read of it. */
const storeOf = (bytes: Uint8Array) => vi.fn<LoadPart>(async (start, end) => bytes.slice(start, end));

describe('the cache of pieces', () => {
  test('reads a part of the store once for all blocks in it, also for those who ask meanwhile', async () => {
    const cache = createPieceCache();
    const bytes = sampleBytes(MIB, 1);
    const load = storeOf(bytes);
    const blocks = Array.from({ length: 64 }, (_, at) => at * 16 * KIB);
    const read = (at: number) => cache.read(piece(0), at, at + 16 * KIB, load);
    for (const [at, block] of (await Promise.all(blocks.map(read))).entries())
      expect(Buffer.compare(block!, bytes.subarray(at * 16 * KIB, (at + 1) * 16 * KIB))).toBe(0);
    await read(0);
    expect(load.mock.calls).toEqual([[0, MIB]]);
  });

  test('reads of a large piece what is asked for and no more than a MiB around it', async () => {
    const cache = createPieceCache();
    const bytes = sampleBytes(3 * MIB + 5, 2);
    const load = storeOf(bytes);
    const large = piece(0, bytes.length);
    for (const [start, end] of [
      [2 * MIB + 7, 2 * MIB + 9],
      [3 * MIB, bytes.length],
      [MIB - 10, 2 * MIB + 10],
    ] as const)
      expect(Buffer.compare((await cache.read(large, start, end, load))!, bytes.subarray(start, end))).toBe(
        0,
      );
    expect(load.mock.calls).toEqual([
      [2 * MIB, 3 * MIB],
      [3 * MIB, bytes.length],
      [0, MIB],
      [MIB, 2 * MIB],
    ]);
  });

  test('keeps 16 MiB of all bundles, whatever the size of their pieces, and forgets what nobody asked for longest', async () => {
    const cache = createPieceCache();
    const load = vi.fn<LoadPart>(async (start, end) => new Uint8Array(end - start));
    const read = (index: number, sizeBytes: number, bundle: string) =>
      cache.read(piece(index, sizeBytes, bundle as InfoHash), 0, 1, load);
    for (let index = 0; index < 15; index++) await read(index, MIB, 'one');
    for (let index = 0; index < 16; index++) await read(index, 64 * KIB, 'two');
    await read(0, MIB, 'one');
    load.mockClear();
    // It takes the place of the second of the first bundle, since the first was asked for again.
    await read(99, MIB, 'one');
    await read(0, MIB, 'one');
    await read(2, MIB, 'one');
    await read(0, 64 * KIB, 'two');
    expect(load).toHaveBeenCalledTimes(1);
    await read(1, MIB, 'one');
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('gives a piece that was just written without a read, and holds no more of a large one than its parts', async () => {
    const cache = createPieceCache();
    const bytes = sampleBytes(2 * MIB + 3, 3);
    const load = storeOf(bytes);
    cache.keep(piece(4, bytes.length), bytes);
    const read = await cache.read(piece(4, bytes.length), 2 * MIB, bytes.length, load);
    expect(Buffer.compare(read!, bytes.subarray(2 * MIB))).toBe(0);
    expect(load).not.toHaveBeenCalled();
    expect(read!.buffer.byteLength).toBe(3);
  });

  test('forgets a bundle and no other, with what is being read of it', async () => {
    const cache = createPieceCache();
    let stored = sampleBytes(MIB, 1);
    const load = vi.fn<LoadPart>(async (start, end) => stored.slice(start, end));
    const other = piece(0, MIB, 'cd'.repeat(20) as InfoHash);
    await cache.read(piece(0), 0, 1, load);
    await cache.read(other, 0, 1, load);
    const underway = cache.read(piece(1), 0, 1, load);
    stored = sampleBytes(MIB, 2);
    cache.forget(BUNDLE);
    await underway;
    load.mockClear();
    for (const index of [0, 1])
      expect(Buffer.compare((await cache.read(piece(index), 0, MIB, load))!, stored)).toBe(0);
    await cache.read(other, 0, 1, load);
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('remembers neither what is not here nor a store that failed', async () => {
    const cache = createPieceCache();
    const answers = [undefined, new Error('the disk went away'), sampleBytes(MIB, 1)];
    const load: LoadPart = async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
    expect(await cache.read(piece(0), 0, 1, load)).toBeUndefined();
    await expect(cache.read(piece(0), 0, 1, load)).rejects.toThrow('the disk went away');
    expect(await cache.read(piece(0), 0, 1, load)).toHaveLength(1);
  });
});
