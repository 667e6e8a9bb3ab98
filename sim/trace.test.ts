import { expect, test } from 'vitest';
import { SCENARIOS } from './scenarios/index.ts';

const trace = (seed: number) => SCENARIOS['kill-50']!.run({ nodes: 60, seed, progress: () => {} });

test('one seed is one course of events, and another seed another', { timeout: 60_000 }, () => {
  const first = trace(5);
  const again = trace(5);
  expect(again.trace).toBe(first.trace);
  expect(again.rows).toEqual(first.rows);
  expect(trace(6).trace).not.toBe(first.trace);
});
