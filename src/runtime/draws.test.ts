import { expect, test } from 'vitest';
import { createDraws } from './draws.ts';

test('draws are what the source gave, each once, from 0 up to 1', () => {
  let byte = 0;
  let asked = 0;
  const draw = createDraws({
    bytes: (count) => {
      asked++;
      return Uint8Array.from({ length: count }, () => byte++ % 251);
    },
  });
  const drawn = Array.from({ length: 1_000 }, draw);
  expect(new Set(drawn.slice(0, 251)).size).toBe(251);
  expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(asked).toBeLessThan(20);
});

test('bytes that are a part of something larger are read from their own beginning', () => {
  const draw = createDraws({ bytes: (count) => new Uint8Array(count + 4).fill(255, 0, 4).subarray(4) });
  expect(draw()).toBe(0);
});
