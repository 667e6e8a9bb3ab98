import { SHORT_ID_BYTES } from '../wire/link/reconciliation.ts';
import { type IdSet, WORDS_PER_ID } from './id-set.ts';
import { type SipKey, sipHash24 } from './siphash.ts';

/**
 * A set of ids as one session sees it: the SipHash-2-4 of each id under the session's key. The low 48 bits are the short id.
 * Two ids of one union of n meet in a short id with probability n^2 / 2^49: 2e-5 for n = 100,000. No author can bring a
 * meeting about beforehand, because both ends' nonces make the key.
 */
export interface KeyedSet {
  readonly size: number;
  /** Bits 0 to 31 of each hash. */
  readonly low: Uint32Array;
  /** Bits 32 to 63 of each hash; of these the short id has the lower 16. */
  readonly high: Uint32Array;
  /** The ids that have this short id; more than one only where two meet. */
  indexesOf(low: number, high16: number): readonly number[];
  /** The sum of all 64-bit hashes modulo 2^64, less those of `without`, as 8 little-endian bytes. */
  digestWithout(without: Iterable<number>): Uint8Array;
}

export function createKeyedSet(ids: IdSet, size: number, key: SipKey): KeyedSet {
  const low = new Uint32Array(size);
  const high = new Uint32Array(size);
  const result = new Uint32Array(2);
  const { words } = ids;
  for (let index = 0; index < size; index++) {
    sipHash24(key, words, index * WORDS_PER_ID, 32, result);
    low[index] = result[0]!;
    high[index] = result[1]!;
  }
  let chains: { readonly first: Int32Array; readonly next: Int32Array } | undefined;
  return {
    size,
    low,
    high,
    indexesOf: (wantedLow, wantedHigh16) => {
      chains ??= chainByLow(low);
      const found: number[] = [];
      let index = chains.first[wantedLow & (chains.first.length - 1)]!;
      for (; index >= 0; index = chains.next[index]!)
        if (low[index] === wantedLow && (high[index]! & 0xffff) === wantedHigh16) found.push(index);
      return found;
    },
    digestWithout: (without) => {
      const sum = createSum64();
      for (let index = 0; index < size; index++) sum.add(low[index]!, high[index]!);
      for (const index of without) sum.subtract(low[index]!, high[index]!);
      return sum.bytes();
    },
  };
}

/** A hash table without objects: 100,000 ids cost two flat arrays. */
function chainByLow(low: Uint32Array) {
  const first = new Int32Array(2 ** Math.max(4, Math.ceil(Math.log2(low.length + 1)))).fill(-1);
  const next = new Int32Array(low.length);
  for (let index = 0; index < low.length; index++) {
    const slot = low[index]! & (first.length - 1);
    next[index] = first[slot]!;
    first[slot] = index;
  }
  return { first, next };
}

export interface Sum64 {
  add(low: number, high: number): void;
  subtract(low: number, high: number): void;
  bytes(): Uint8Array;
}

export function createSum64(): Sum64 {
  let sumLow = 0;
  let sumHigh = 0;
  const add = (low: number, high: number) => {
    const whole = sumLow + low;
    sumHigh = (sumHigh + high + (whole > 0xffffffff ? 1 : 0)) >>> 0;
    sumLow = whole >>> 0;
  };
  return {
    add,
    subtract: (low, high) => {
      add(-low >>> 0, (~high + (low === 0 ? 1 : 0)) >>> 0);
    },
    bytes: () => {
      const view = new DataView(new ArrayBuffer(8));
      view.setUint32(0, sumLow, true);
      view.setUint32(4, sumHigh, true);
      return new Uint8Array(view.buffer);
    },
  };
}

/** Short ids in ascending order, each once, six little-endian bytes each: bits 0 to 31, then 32 to 47. */
export function writeShortIds(shortIds: readonly ShortId[]): Uint8Array {
  const sorted = [...shortIds]
    .sort(compareShortIds)
    .filter((shortId, at, all) => at === 0 || compareShortIds(shortId, all[at - 1]!) !== 0);
  const bytes = new Uint8Array(sorted.length * SHORT_ID_BYTES);
  const view = new DataView(bytes.buffer);
  sorted.forEach(({ low, high16 }, index) => {
    view.setUint32(index * SHORT_ID_BYTES, low, true);
    view.setUint16(index * SHORT_ID_BYTES + 4, high16, true);
  });
  return bytes;
}

function compareShortIds(a: ShortId, b: ShortId): number {
  return a.high16 - b.high16 || a.low - b.low;
}

export interface ShortId {
  readonly low: number;
  readonly high16: number;
}

/** Undefined unless they ascend, so that none can stand twice. */
export function readShortIds(bytes: Uint8Array): readonly ShortId[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shortIds: ShortId[] = [];
  let before = -1;
  for (let at = 0; at < bytes.length; at += SHORT_ID_BYTES) {
    const shortId = { low: view.getUint32(at, true), high16: view.getUint16(at + 4, true) };
    const value = shortId.high16 * 2 ** 32 + shortId.low;
    if (value <= before) return undefined;
    before = value;
    shortIds.push(shortId);
  }
  return shortIds;
}
