import { expect, test } from 'vitest';
import { createFuzzer } from './fuzz.ts';

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const TIME_MS = 20_000;
const AT_LEAST_RUNS = 20_000;

test('no decoder answers mutated bytes with anything but a value or a WireError, soon and without piling up memory (W2)', () => {
  console.log(`seed ${SEED}`);
  const fuzzer = createFuzzer(SEED);
  const endMs = performance.now() + TIME_MS;
  while (performance.now() < endMs || fuzzer.figures().runs < AT_LEAST_RUNS) fuzzer.run(1_000);
  const { failures, runs, taken } = fuzzer.figures();
  console.log(`${runs} inputs, ${taken} of them taken`);
  expect(failures).toEqual([]);
  // A mutator that only makes rubbish, or none, tests nothing.
  expect(taken).toBeGreaterThan(runs / 100);
  expect(taken).toBeLessThan(runs / 2);
}, 300_000);

test('the same seed makes the same inputs', () => {
  const counts = [1, 2].map(() => {
    const fuzzer = createFuzzer(7);
    fuzzer.run(3_000);
    return fuzzer.figures().taken;
  });
  expect(counts[0]).toBe(counts[1]);
});
