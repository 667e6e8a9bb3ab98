import { describe, expect, test } from 'vitest';
import { type EntryId, idFromBytes, type NodeId } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import {
  decodeHighWaterMark,
  EMPTY_MARK,
  encodeHighWaterMark,
  type HighWaterMark,
} from './high-water-mark.ts';

const id = (fill: number) => idFromBytes<EntryId>(new Uint8Array(32).fill(fill));
const MARK: HighWaterMark = {
  floors: { menu: [{ counter: 7, release: id(1) }], '__proto__ ': [{ counter: 1, release: id(2) }] },
  beacons: [
    {
      author: idFromBytes<NodeId>(new Uint8Array(32).fill(3)),
      session: 4,
      sequence: 5,
      timeMs: 1_790_000_000_000,
      rootVersion: 2,
      frontier: [id(6), id(7)],
    },
  ],
  ledger: { entries: 300, newest: [id(8)] },
};

describe('a mark that was kept (K2)', () => {
  test.each([MARK, EMPTY_MARK])('comes back as it was', (mark) => {
    expect(decodeHighWaterMark(encodeHighWaterMark(mark))).toEqual(mark);
  });

  test('is nothing at all once a place cuts it or changes one character', () => {
    const text = encodeHighWaterMark(MARK);
    for (let at = 0; at < text.length; at += 7) {
      expect(() => decodeHighWaterMark(text.slice(0, at))).toThrow(WireError);
      const other = text[at] === 'A' ? 'B' : 'A';
      expect(() => decodeHighWaterMark(text.slice(0, at) + other + text.slice(at + 1))).toThrow(WireError);
    }
  });

  test('is refused when it is written with more products than a reader takes', () => {
    const floors = Object.fromEntries(
      Array.from({ length: 513 }, (_, at) => [`product-${at}`, [{ counter: 1, release: id(1) }]]),
    );
    expect(() => encodeHighWaterMark({ ...EMPTY_MARK, floors })).toThrow('513 products');
  });
});
