import { type EntryId, idFromBytes } from '../wire/encoding/ids.ts';
import { sipHash24 } from './siphash.ts';

/** An id that looks like any other SHA-256, the same for the same seed. */
export function entryId(seed: number): EntryId {
  const words = new Uint32Array(8);
  const half = new Uint32Array(2);
  for (let part = 0; part < 4; part++) {
    sipHash24([part, 0, 0, 0], new Uint32Array([seed >>> 0, Math.floor(seed / 2 ** 32)]), 0, 8, half);
    words.set(half, part * 2);
  }
  return idFromBytes<EntryId>(new Uint8Array(words.buffer));
}

/** Distinct ids. */
export function sampleIds(seed: number, count: number): EntryId[] {
  return Array.from({ length: count }, (_, index) => entryId(seed * 2 ** 20 + index));
}
