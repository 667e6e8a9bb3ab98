import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CborValue, decodeCbor, encodeCbor } from './cbor.ts';
import { WireError } from './refusal.ts';

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const decode = (bytes: Uint8Array) => decodeCbor(bytes, { maxBytes: 1 << 16 });

const value = fc.letrec<{ any: CborValue }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie('any'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).any;

describe('deterministic CBOR (W1)', () => {
  test.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['6161', 'a'],
    ['4401020304', hex('01020304')],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
  ])('RFC 8949 appendix A: %s', (text, expected) => {
    expect(decode(hex(text))).toEqual(expected);
    expect(encodeCbor(expected as CborValue)).toEqual(hex(text));
  });

  test('what is written reads back the same', () => {
    fc.assert(
      fc.property(value, (item) => {
        expect(decode(encodeCbor(item))).toEqual(item);
      }),
      { numRuns: 500 },
    );
  });

  test('bytes that are read are the bytes that would be written: no second encoding of anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        try {
          expect(encodeCbor(decode(bytes))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  test.each([
    ['1800', 'a small number in a long form'],
    ['5f4101ff', 'an indefinite length'],
    ['a2616201616101', 'keys out of order'],
    ['a2616101616101', 'a key twice'],
    ['a10101', 'a key that is no text'],
    ['f93c00', 'a float'],
    ['c000', 'a tag'],
    ['0000', 'bytes after the value'],
    ['9affffffff', 'an array longer than its bytes'],
    ['62c328', 'a text that is not UTF-8'],
    ['1bffffffffffffffff', 'a number too large'],
    ['', 'nothing'],
    [`${'81'.repeat(40)}00`, 'nesting without end'],
  ])('refuses %s: %s', (text) => {
    expect(() => decode(hex(text))).toThrow(WireError);
  });

  test('a key named __proto__ stays a key', () => {
    const map = decode(hex('a1695f5f70726f746f5f5f01')) as Record<string, unknown>;
    expect(Object.keys(map)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
  });

  test('more bytes than the caller takes are not looked at (W2)', () => {
    expect(() => decodeCbor(new Uint8Array(10), { maxBytes: 9 })).toThrow(WireError);
  });
});
