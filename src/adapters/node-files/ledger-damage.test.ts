import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleBytes } from '../../ports/acceptance/sample-bytes.ts';
import { encodeFrame } from './ledger-frames.ts';
import { createFileLedgerStore } from './ledger-store.ts';
import { createSimulatedDisk, type SimulatedDisk } from './testing/simulated-disk.ts';

const ROOT = '/node/ledger';
/** A guess: a sweep over all bytes of a file, on a machine that is busy with other things. */
const SWEEP = { timeout: 60_000 };
const BATCHES = [[1], [2, 3], [4], [5, 6, 7], [8]];
const record = (seed: number) => ({ key: `entry ${seed}`, envelope: sampleBytes(9, seed) });

async function writtenLedger() {
  const simulated = createSimulatedDisk();
  const store = await createFileLedgerStore(ROOT, simulated.disk);
  const ends: number[] = [];
  for (const seeds of BATCHES) {
    await store.append(seeds.map(record));
    ends.push(simulated.usedBytes());
  }
  const name = (await simulated.disk.names(ROOT))[0]!;
  return { simulated, ends, path: `${ROOT}/${name}` };
}

const reopened = ({ disk }: SimulatedDisk) => createFileLedgerStore(ROOT, disk);
const envelopesOf = (seeds: readonly number[]) => seeds.map((seed) => record(seed).envelope);
const damagedFiles = async ({ disk, bytesOf }: SimulatedDisk) =>
  (await disk.names(ROOT))
    .filter((name) => name.startsWith('damaged-'))
    .map((name) => ({ name, bytes: bytesOf(`${ROOT}/${name}`) }));

/** What was appended in batches of which no byte of [start, end) is one, and into which none was put at `start`. */
function untouched(ends: readonly number[], start: number, end: number): number[] {
  return BATCHES.filter((_, at) => {
    const [from, to] = [ends[at - 1] ?? 0, ends[at]!];
    return start === end ? start <= from || start >= to : Math.max(start, from) >= Math.min(end, to);
  }).flat();
}

describe('a ledger file that is damaged', () => {
  test('loses the batch of a turned byte, and no other, whichever byte it is', SWEEP, async () => {
    const sizeBytes = (await writtenLedger()).simulated.usedBytes();
    for (let at = 0; at < sizeBytes; at++) {
      const { simulated, path, ends } = await writtenLedger();
      const bytes = simulated.bytesOf(path);
      bytes[at]! ^= 1 << (at % 8);
      simulated.overwrite(path, bytes);
      const store = await reopened(simulated);
      const envelopes = envelopesOf(untouched(ends, at, at + 1));
      expect(await store.load()).toEqual({ envelopes, damaged: 1, keptAs: `${ROOT}/damaged-1` });
      expect(await store.load()).toEqual({ envelopes, damaged: 0 });
      expect(await damagedFiles(simulated)).toEqual([{ name: 'damaged-1', bytes }]);
      await store.append(BATCHES.flat().map(record));
      expect((await (await reopened(simulated)).load()).envelopes.length).toBe(8);
    }
  });

  test('finds each batch of which no byte was changed, taken out or put in', SWEEP, async () => {
    const stretch = fc.record({
      start: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: fc.nat({ max: 120 }),
      by: fc.oneof(fc.constant('zeros' as const), fc.uint8Array({ maxLength: 120 })),
    });
    await fc.assert(
      fc.asyncProperty(stretch, async ({ start, bytes, by }) => {
        const { simulated, path, ends } = await writtenLedger();
        const whole = simulated.bytesOf(path);
        const from = Math.floor(start * whole.length);
        const to = Math.min(whole.length, from + bytes);
        const middle = by === 'zeros' ? new Uint8Array(to - from) : by;
        simulated.overwrite(path, Buffer.concat([whole.subarray(0, from), middle, whole.subarray(to)]));
        const { envelopes } = await (await reopened(simulated)).load();
        const found = envelopes.map((envelope) => envelope.join());
        const all = envelopesOf(BATCHES.flat()).map((envelope) => envelope.join());
        const sure = envelopesOf(untouched(ends, from, to)).map((envelope) => envelope.join());
        expect(found.filter((one) => sure.includes(one))).toEqual(sure);
        expect(found.filter((one) => !all.includes(one))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('that ends anywhere has all batches before its end', SWEEP, async () => {
    const { ends } = await writtenLedger();
    for (let sizeBytes = 0; sizeBytes < ends.at(-1)!; sizeBytes++) {
      const { simulated, path } = await writtenLedger();
      simulated.overwrite(path, simulated.bytesOf(path).slice(0, sizeBytes));
      const { envelopes, damaged } = await (await reopened(simulated)).load();
      expect(envelopes).toEqual(envelopesOf(BATCHES.filter((_, at) => ends[at]! <= sizeBytes).flat()));
      expect(damaged).toBe(sizeBytes === 0 || ends.includes(sizeBytes) ? 0 : 1);
    }
  });

  test('is kept as it was, the newest three of them', async () => {
    const { simulated, path } = await writtenLedger();
    for (let time = 1; time <= 5; time++) {
      simulated.overwrite(path, Buffer.concat([simulated.bytesOf(path), Buffer.from(`torn ${time}`)]));
      expect((await (await reopened(simulated)).load()).keptAs).toBe(`${ROOT}/damaged-${time}`);
    }
    const kept = await damagedFiles(simulated);
    expect(kept.map(({ name }) => name)).toEqual(['damaged-3', 'damaged-4', 'damaged-5']);
    expect(kept.map(({ bytes }) => Buffer.from(bytes.slice(-6)).toString())).toEqual([
      'torn 3',
      'torn 4',
      'torn 5',
    ]);
  });

  test('is copied where the file system has no second names', async () => {
    const { simulated, path } = await writtenLedger();
    const bytes = Buffer.concat([simulated.bytesOf(path), Buffer.from('torn')]);
    simulated.overwrite(path, bytes);
    simulated.refuseLinks();
    await (await reopened(simulated)).load();
    expect(await damagedFiles(simulated)).toEqual([{ name: 'damaged-1', bytes: new Uint8Array(bytes) }]);
  });

  test(
    'is read while the disk takes nothing, keeps what was kept before, and is mended by the next append',
    SWEEP,
    async () => {
      // Three steps are what it takes to read.
      for (let steps = 3, mended = false; !mended; steps++) {
        const { simulated, path } = await writtenLedger();
        for (const text of ['torn 1', 'torn 2', 'torn 3']) {
          simulated.overwrite(path, Buffer.concat([simulated.bytesOf(path), Buffer.from(text)]));
          await (await reopened(simulated)).load();
        }
        const keptBefore = await damagedFiles(simulated);
        const bytes = new Uint8Array(Buffer.concat([simulated.bytesOf(path).slice(1), Buffer.from('torn')]));
        simulated.overwrite(path, bytes);
        const store = await reopened(simulated);
        simulated.failAfter(steps, Number.POSITIVE_INFINITY);
        const { envelopes } = await store.load();
        mended = !simulated.hasFailed();
        expect(envelopes).toEqual(envelopesOf([2, 3, 4, 5, 6, 7, 8]));
        if (!mended)
          await expect(store.append([record(9)])).rejects.toMatchObject({ name: 'StorageRefused' });
        simulated.heal();
        if (!mended && Buffer.compare(simulated.bytesOf(path), bytes) === 0)
          expect(await damagedFiles(simulated)).toEqual(expect.arrayContaining(keptBefore));
        await store.append([record(9)]);
        expect((await (await reopened(simulated)).load()).envelopes).toEqual(
          envelopesOf([2, 3, 4, 5, 6, 7, 8, 9]),
        );
        const kept = await damagedFiles(simulated);
        expect(kept.some((one) => Buffer.compare(one.bytes, bytes) === 0)).toBe(true);
      }
    },
  );

  test('attack: an entry that looks like a frame is not read as one where what stands before it is damaged', async () => {
    const forged = { key: 'entry 9', envelope: sampleBytes(9, 666) };
    const markerOf = (path: string) => Buffer.from(path.slice(path.lastIndexOf('-') + 1), 'hex');
    const readBehindDamage = async (knows: 'the marker of another node' | 'the marker') => {
      const { simulated, path } = await writtenLedger();
      const marker = markerOf(knows === 'the marker' ? path : (await writtenLedger()).path);
      const store = await reopened(simulated);
      const start = simulated.usedBytes();
      await store.append([{ key: 'carrier', envelope: encodeFrame(marker, [forged]) }]);
      await store.append([record(9)]);
      simulated.overwrite(path, simulated.bytesOf(path).fill(0, start, start + 20));
      return (await (await reopened(simulated)).load()).envelopes.slice(BATCHES.flat().length);
    };
    expect(await readBehindDamage('the marker of another node')).toEqual([record(9).envelope]);
    // Who knew the marker would keep the true entry out: that nobody does is all that holds here.
    expect(await readBehindDamage('the marker')).toEqual([forged.envelope]);
  });

  test('attack: a length beyond the file is damage, not an allocation', async () => {
    const { simulated, path, ends } = await writtenLedger();
    const bytes = simulated.bytesOf(path);
    bytes.fill(0xff, ends[1]! + 16, ends[1]! + 20);
    simulated.overwrite(path, bytes);
    expect(await (await reopened(simulated)).load()).toMatchObject({
      envelopes: envelopesOf([1, 2, 3, 5, 6, 7, 8]),
      damaged: 1,
    });
  });
});

test('a record that could not be read again is not written', async () => {
  const store = await createFileLedgerStore(ROOT, createSimulatedDisk().disk);
  await expect(store.append([{ key: 'k'.repeat(1025), envelope: new Uint8Array(1) }])).rejects.toThrow(
    RangeError,
  );
  await expect(store.append([{ key: 'k', envelope: new Uint8Array(128 * 1024 + 1) }])).rejects.toThrow(
    RangeError,
  );
});
