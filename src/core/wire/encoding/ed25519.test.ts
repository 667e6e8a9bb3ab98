import { describe, expect, test } from 'vitest';
import { isStrictKey, isStrictSignature } from './ed25519.ts';

const base = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 0x58 : 0x66));

describe('strict encodings of Ed25519 (W6)', () => {
  test('the base point is a key', () => {
    expect(isStrictKey(base)).toBe(true);
  });

  test('looking at a key changes nothing of it, a Buffer included', () => {
    const key = Buffer.from(base);
    key[31]! |= 0x80;
    isStrictKey(key);
    expect(key[31]).toBe(0xe6);
  });

  test.each([0, 1, 2, 18])('y = p + %i is refused with either sign', (above) => {
    const key = new Uint8Array(32).fill(0xff);
    key[0] = 0xed + above;
    expect(isStrictKey(key)).toBe(false);
    key[31] = 0x7f;
    expect(isStrictKey(key)).toBe(false);
  });

  test('y = p - 2 is not refused', () => {
    const key = new Uint8Array(32).fill(0xff);
    key[0] = 0xeb;
    key[31] = 0x7f;
    expect(isStrictKey(key)).toBe(true);
  });

  test.each([
    ['L - 1', 0xec, true],
    ['L', 0xed, false],
    ['L + 1', 0xee, false],
  ])('S = %s', (_name, lowest, strict) => {
    const order = 'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010';
    const s = Uint8Array.from(order.match(/../g)!, (pair) => Number.parseInt(pair, 16));
    s[0] = lowest;
    expect(isStrictSignature(Uint8Array.of(...base, ...s))).toBe(strict);
  });
});
