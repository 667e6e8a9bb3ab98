import { describe, expect, test } from 'vitest';
import { MAX_METAINFO_BYTES, MAX_RELEASE_BYTES } from '../../core/wire/entry/release.ts';
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

  test('pieces are 64 KiB or the next power of two that makes at most 128, for all that a release may have', () => {
    expect(pieceLengthFor(0)).toBe(65_536);
    expect(pieceLengthFor(8 * MIB)).toBe(65_536);
    expect(pieceLengthFor(8 * MIB + 1)).toBe(131_072);
    for (const sizeBytes of [8 * MIB + 1, 64 * MIB, 500 * MIB, MAX_RELEASE_BYTES]) {
      const count = Math.ceil(sizeBytes / pieceLengthFor(sizeBytes));
      expect(count).toBeGreaterThan(MAX_PIECES / 2);
      expect(count).toBeLessThanOrEqual(MAX_PIECES);
    }
    expect(() => pieceLengthFor(MAX_RELEASE_BYTES + 1)).toThrow(RangeError);
  });

  test('the longest metainfo fits what a manifest may carry', () => {
    const longest = {
      ...sample,
      name: 'ä'.repeat(127),
      sizeBytes: MAX_RELEASE_BYTES,
      pieceLengthBytes: 16 * MIB,
    };
    const pieceHashes = Array.from({ length: MAX_PIECES }, () => 'ff'.repeat(20));
    expect(encodeMetainfo({ ...longest, pieceHashes }).length).toBeLessThan(MAX_METAINFO_BYTES);
  });
});
