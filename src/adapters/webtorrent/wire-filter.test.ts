import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InfoHash } from '../../core/wire/encoding/ids.ts';
import { createWireFilter, WireViolation } from './wire-filter.ts';

const INFO_HASH = 'ab'.repeat(20) as InfoHash;
const PIECE_BYTES = 65_536;

const filter = (awaited = true) =>
  createWireFilter({
    infoHash: INFO_HASH,
    pieceCount: 10,
    pieceSizeBytes: (index) => (index === 9 ? 1000 : PIECE_BYTES),
    isAwaited: () => awaited,
  });

function handshake(infoHash = INFO_HASH as string): Uint8Array {
  const bytes = new Uint8Array(68);
  bytes.set(new TextEncoder().encode('\u0013BitTorrent protocol'));
  bytes.set(
    Uint8Array.from(infoHash.match(/../g)!, (pair) => Number.parseInt(pair, 16)),
    28,
  );
  return bytes;
}

function message(id: number, numbers: readonly number[] = [], payloadBytes = 0): Uint8Array {
  const bytes = new Uint8Array(5 + numbers.length * 4 + payloadBytes).fill(id + 100);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length - 4);
  bytes[4] = id;
  for (const [at, number] of numbers.entries()) view.setUint32(5 + at * 4, number);
  return bytes;
}

const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

const GOOD = [
  handshake(),
  message(5, [], 2),
  new Uint8Array(4),
  message(1),
  message(4, [9]),
  message(6, [3, 16_384, 16_384]),
  message(7, [0, 0], 16_384),
  message(8, [3, 16_384, 16_384]),
  message(16, [3, 16_384, 16_384]),
  message(20, [], 90),
  message(9, [], 2),
  message(2),
];
const isForEngine = (bytes: Uint8Array) => ![6, 8, 9, 20].includes(bytes[4]!) || bytes.length === 68;

/** Where each message ends. */
const boundsOf = (messages: readonly Uint8Array[]) =>
  messages.map((_, at) => joined(messages.slice(0, at + 1)).length);

describe('what a peer sends, before the engine reads it (B6)', () => {
  test('however the bytes are cut, the same comes through: requests and cancels apart, extensions and ports dropped', () => {
    const all = joined(GOOD);
    const expected = joined(GOOD.filter(isForEngine));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 12 }), (cuts) => {
        const wire = filter();
        const passed: Uint8Array[] = [];
        const apart: Uint8Array[] = [];
        const ends: number[] = [];
        for (let at = 0, turn = 0; at < all.length; turn++) {
          const cut = cuts[turn % cuts.length]!;
          for (const item of wire.accept(all.slice(at, at + cut))) {
            (item.type === 'pass' ? passed : apart).push(item.bytes);
            if (item.type === 'pass' && item.ends) ends.push(joined(passed).length);
          }
          at += cut;
        }
        expect(Buffer.compare(joined(passed), expected)).toBe(0);
        expect(apart).toEqual([GOOD[5], GOOD[7]]);
        expect(ends).toEqual(boundsOf(GOOD.filter(isForEngine)));
      }),
      { numRuns: 60 },
    );
  });

  test.each<[string, Uint8Array]>([
    ['a message of gigabytes, for which a reader would buffer', Uint8Array.of(0x7f, 255, 255, 255, 7)],
    ['a have of a piece that does not exist, which a reader would remember', message(4, [10])],
    ['a have of a negative piece', message(4, [0xffff_fff0])],
    ['an allowed-fast of a piece that does not exist', message(17, [10])],
    ['a bitfield of another size', message(5, [], 3)],
    ['a request of no bytes, which would be answered with a whole piece', message(6, [0, 0, 0])],
    ['a request past the end of the last piece', message(6, [9, 0, 1001])],
    ['a request of more than 128 KiB', message(6, [0, 0, 131_073])],
    ['a block past the end of its piece', message(7, [9, 990], 11)],
    ['a choke with a payload', message(0, [1])],
    ['an extension message of more than 64 KiB', message(20, [], 70_000)],
  ])('the wire is cut for %s', (_, bytes) => {
    const wire = filter();
    wire.accept(handshake());
    expect(() => wire.accept(bytes)).toThrow(WireViolation);
  });

  test('the wire is cut for another bundle, another protocol, and a second bitfield', () => {
    expect(() => filter().accept(handshake('cd'.repeat(20)))).toThrow(/cdcd/);
    expect(() => filter().accept(new Uint8Array(68).fill(71))).toThrow(/BitTorrent/);
    const wire = filter();
    expect(() => wire.accept(joined([handshake(), message(14), message(5, [], 2)]))).toThrow(/twice/);
  });

  test('blocks that were not asked for never reach the engine, and a flood of them cuts the wire', () => {
    const wire = filter(false);
    wire.accept(handshake());
    const block = message(7, [0, 0], 16_384);
    for (let sent = 0; sent < 64; sent++) expect(wire.accept(block)).toEqual([]);
    expect(() => wire.accept(block)).toThrow(/not asked for/);
  });
});
