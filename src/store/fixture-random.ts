import { type EntryId, idFromBytes, type NodeId } from '../core/wire/encoding/ids.ts';

/** mulberry32, by Tommy Ettinger, public domain. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function createIds(random: () => number) {
  return <Id extends NodeId | EntryId>(): Id =>
    idFromBytes<Id>(Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256)));
}

export type NextId = ReturnType<typeof createIds>;
