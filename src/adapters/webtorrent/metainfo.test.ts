import { describe, expect, test } from 'vitest';
import { encodeMetainfo, MAX_PIECES, type Metainfo, pieceLengthFor, readMetainfo } from './metainfo.ts';

const MIB = 1024 * 1024;
const sample: Metainfo = {
  name: 'Tafel 2.1 für Köln',
  sizeBytes: 150_000,
  pieceLengthBytes: 65_536,
  pieceHashes: ['00', '7f', 'ff'].map((pair) => pair.repeat(20)),
};
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const bytes = (latin1: string) => Uint8Array.from(Buffer.from(latin1, 'latin1'));

describe('metainfo (B2)', () => {
  test('what is written reads back the same', () => {
    expect(readMetainfo(encodeMetainfo(sample))).toEqual(sample);
    const empty = { ...sample, sizeBytes: 0, pieceHashes: [] };
    expect(readMetainfo(encodeMetainfo(empty))).toEqual(empty);
  });

  test.each<[string, (good: string) => string]>([
    ['a tracker', (good) => `d8:announce11:ws://a.test${good.slice(1)}`],
    ['a web seed', (good) => `${good.slice(0, -1)}8:url-list11:http://a.bce`],
    ['bytes after the end', (good) => `${good}e`],
    ['a size with a leading zero', (good) => good.replace('i150000e', 'i0150000e')],
    ['a size that needs another number of pieces', (good) => good.replace('i150000e', 'i50000e')],
    ['a piece length that is no power of two', (good) => good.replace('i65536e', 'i65537e')],
    ['a piece length of 16 KiB', (good) => good.replace('i65536e', 'i16384e')],
    ['a name that is not UTF-8', (good) => good.replace('Tafel', 'Tafe\xff')],
    ['a name longer than the bytes', (good) => good.replace(/name\d+:/, 'name999:')],
    ['nothing', () => ''],
  ])('%s is not read', (_, spoil) => {
    expect(readMetainfo(bytes(spoil(text(encodeMetainfo(sample)))))).toBeUndefined();
  });

  test('pieces are 64 KiB or the next power of two that makes at most 512', () => {
    expect(pieceLengthFor(0)).toBe(65_536);
    expect(pieceLengthFor(32 * MIB)).toBe(65_536);
    expect(pieceLengthFor(32 * MIB + 1)).toBe(131_072);
    expect(Math.ceil((500 * MIB) / pieceLengthFor(500 * MIB))).toBeLessThanOrEqual(MAX_PIECES);
    expect(() => pieceLengthFor(9 * 1024 * MIB)).toThrow(RangeError);
  });
});
