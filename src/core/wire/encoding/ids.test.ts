import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOfId, type EntryId, fromBase64Url, idFromBytes, toBase64Url } from './ids.ts';

describe('an id as text (W4)', () => {
  test('is the base64url of RFC 4648 without padding, 43 characters for 32 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const id = idFromBytes<EntryId>(bytes);
        expect(id).toBe(Buffer.from(bytes).toString('base64url'));
        expect(id).toHaveLength(43);
        expect(bytesOfId(id)).toEqual(bytes);
      }),
    );
  });

  test('is read in its one canonical form: of texts for the same bytes all others are refused', () => {
    const id = toBase64Url(new Uint8Array(32).fill(255));
    expect(fromBase64Url(id)).toEqual(new Uint8Array(32).fill(255));
    // The last character carries 4 bits; those that differ in the 2 unused ones decode to the same bytes elsewhere.
    const twins = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter(
      (last) => fromBase64Url(id.slice(0, 42) + last) !== undefined,
    );
    expect(twins).toHaveLength(16);
    for (const text of [`${id}=`, id.replace('_', '/'), ` ${id}`, `${id}\n`, id.slice(0, 41)])
      expect(fromBase64Url(text)).toBeUndefined();
  });

  test('of any length but 32 bytes is none', () => {
    for (const length of [0, 31, 33]) expect(() => idFromBytes(new Uint8Array(length))).toThrow(RangeError);
  });
});
