import { expect, test } from 'vitest';
import { SCENARIOS } from './scenarios/index.ts';

test.each([
  ['kill-50', 60],
  ['rollout-crashes', 12],
])('one seed is one course of events, and another seed another: %s', { timeout: 300_000 }, (name, nodes) => {
  const run = (seed: number) => SCENARIOS[name]!.run({ nodes, seed, progress: () => {} });
  const first = run(5);
  const again = run(5);
  expect(again.trace).toBe(first.trace);
  expect(again.rows).toEqual(first.rows);
  expect(run(6).trace).not.toBe(first.trace);
});
