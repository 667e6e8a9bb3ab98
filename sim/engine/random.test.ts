import { expect, test } from 'vitest';
import { createRandomSource, sample } from './random.ts';

test('one seed gives one stream a purpose, whatever the other purposes draw', () => {
  const draw = (random: () => number) => Array.from({ length: 8 }, random);
  const source = createRandomSource(11);
  const latency = draw(source.stream('latency'));
  draw(source.stream('loss'));
  expect(draw(createRandomSource(11).stream('latency'))).toEqual(latency);
  expect(draw(createRandomSource(11).stream('loss'))).not.toEqual(latency);
  expect(draw(createRandomSource(12).stream('latency'))).not.toEqual(latency);
});

test('numbers spread evenly from 0 up to 1', () => {
  const random = createRandomSource(1).stream('spread');
  const counts = new Array<number>(16).fill(0);
  for (let draws = 0; draws < 16_000; draws++) counts[Math.floor(random() * 16)]!++;
  // Chi squared with 15 degrees of freedom is above 37.7 once in a thousand seeds; this seed is fixed.
  const chiSquared = counts.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
  expect(chiSquared).toBeLessThan(37.7);
});

test('a sample has no item twice', () => {
  const items = Array.from({ length: 20 }, (_, index) => index);
  const taken = sample(items, 10, createRandomSource(3).stream('sample'));
  expect(new Set(taken).size).toBe(10);
  expect(sample(items, 50, createRandomSource(3).stream('sample')).sort((a, b) => a - b)).toEqual(items);
});
