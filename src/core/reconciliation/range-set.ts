import type { EntryId } from '../wire/encoding/ids.ts';
import { bytesAt, type IdSet, WORDS_PER_ID } from './id-set.ts';
import { createSum64 } from './keyed-set.ts';
import { type SipKey, sipHash24 } from './siphash.ts';

/** The ids of a session in bytewise order, with fingerprints of any range of them in constant time. */
export interface RangeSet {
  readonly size: number;
  /** The position of the first id that is not below `bound`; a bound is a prefix of ids. */
  positionOf(bound: Uint8Array): number;
  /** The shortest bound that has the ids before `position` below it, and none of the others. */
  boundAt(position: number): Uint8Array;
  /** The sum modulo 2^64 of the SipHash-2-4 of the ids from one position up to another. */
  fingerprint(from: number, to: number): Uint8Array;
  idAt(position: number): EntryId;
}

export function createRangeSet(ids: IdSet, size: number, key: SipKey): RangeSet {
  const { words } = ids;
  const firstBytes = new Uint32Array(size);
  for (let index = 0; index < size; index++) firstBytes[index] = byteSwapped(words[index * WORDS_PER_ID]!);
  const order = Uint32Array.from({ length: size }, (_, index) => index).sort(
    (a, b) => firstBytes[a]! - firstBytes[b]! || compareRest(words, a, b),
  );
  const sums = prefixSums(words, order, key);
  const bytesOf = (position: number) => bytesAt(words, order[position]!);

  return {
    size,
    positionOf: (bound) => {
      let low = 0;
      let high = size;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (isBelow(bytesOf(middle), bound)) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    boundAt: (position) => {
      const before = bytesOf(position - 1);
      const after = bytesOf(position);
      return after.slice(0, after.findIndex((byte, at) => byte !== before[at]) + 1);
    },
    fingerprint: (from, to) => {
      const sum = createSum64();
      sum.add(sums.low[to]!, sums.high[to]!);
      sum.subtract(sums.low[from]!, sums.high[from]!);
      return sum.bytes();
    },
    idAt: (position) => ids.idAt(order[position]!),
  };
}

function prefixSums(words: Uint32Array, order: Uint32Array, key: SipKey) {
  const low = new Uint32Array(order.length + 1);
  const high = new Uint32Array(order.length + 1);
  const result = new Uint32Array(2);
  order.forEach((index, position) => {
    sipHash24(key, words, index * WORDS_PER_ID, 32, result);
    const whole = low[position]! + result[0]!;
    low[position + 1] = whole;
    high[position + 1] = high[position]! + result[1]! + (whole > 0xffffffff ? 1 : 0);
  });
  return { low, high };
}

function byteSwapped(word: number): number {
  return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

function compareRest(words: Uint32Array, a: number, b: number): number {
  for (let word = 1; word < WORDS_PER_ID; word++) {
    const difference =
      byteSwapped(words[a * WORDS_PER_ID + word]!) - byteSwapped(words[b * WORDS_PER_ID + word]!);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isBelow(id: Uint8Array, bound: Uint8Array): boolean {
  for (let at = 0; at < bound.length; at++) {
    const difference = id[at]! - bound[at]!;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
