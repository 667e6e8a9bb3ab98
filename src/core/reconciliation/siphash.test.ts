import { describe, expect, test } from 'vitest';
import { sipHash24, sipKeyFromBytes } from './siphash.ts';

const KEY = sipKeyFromBytes(Uint8Array.from({ length: 16 }, (_, index) => index));

/** Results for the messages 00, 00 01, 00 01 02 ... as the authors publish them, by length of the message. */
const PUBLISHED: readonly (readonly [number, string])[] = [
  [0, '310e0edd47db6f72'],
  [1, 'fd67dc93c539f874'],
  [2, '5a4fa9d909806c0d'],
  [3, '2d7efbd796666785'],
  [4, 'b7877127e09427cf'],
  [5, '8da699cd64557618'],
  [6, 'cee3fe586e46c9cb'],
  [7, '37d1018bf50002ab'],
  [8, '6224939a79f5f593'],
  [9, 'b0e4a90bdf82009e'],
  [10, 'f3b9dd94c5bb5d7a'],
  [11, 'a7ad6b22462fb3f4'],
  [12, 'fbe50e86bc8f1e75'],
  [13, '903d84c02756ea14'],
  [14, 'eef27a8e90ca23f7'],
  [15, 'e545be4961ca29a1'],
];

function hashOfCounting(byteLength: number): string {
  const padded = new Uint8Array(Math.ceil((byteLength + 1) / 8) * 8);
  for (let index = 0; index < byteLength; index++) padded[index] = index;
  const result = new Uint32Array(2);
  sipHash24(KEY, new Uint32Array(padded.buffer), 0, byteLength, result);
  return Buffer.from(result.buffer).toString('hex');
}

describe('SipHash-2-4 (R2)', () => {
  test.each(PUBLISHED)('the published result for %i bytes', (byteLength, expected) => {
    expect(hashOfCounting(byteLength)).toBe(expected);
  });

  test('reads only its own words of a packed array', () => {
    const words = Uint32Array.from({ length: 24 }, (_, index) => Math.imul(index + 1, 0x9e3779b1));
    const inPlace = new Uint32Array(2);
    const alone = new Uint32Array(2);
    sipHash24(KEY, words, 8, 32, inPlace);
    sipHash24(KEY, words.slice(8, 16), 0, 32, alone);
    expect(inPlace).toEqual(alone);
  });
});
