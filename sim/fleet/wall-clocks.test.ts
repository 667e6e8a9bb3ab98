import { expect, test } from 'vitest';
import { createRandomSource } from '../engine/random.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { createWrongClocks, RIGHT_CLOCKS } from './wall-clocks.ts';

const HOUR_MS = 3_600_000;

test('wrong clocks are off by hours or more, and jump both ways', () => {
  const clocks = createWrongClocks(createRandomSource(1), 10);
  const offMs = Array.from({ length: 10 }, (_, node) =>
    Array.from({ length: 30 }, (_, minute) => {
      const nowMs = minute * 60_000;
      return clocks.read(node, nowMs) - RIGHT_CLOCKS.read(node, nowMs);
    }),
  );
  const jumpsMs = offMs.flatMap((ofNode) => ofNode.slice(1).map((off, at) => off - ofNode[at]!));
  expect(offMs.flat().filter((off) => Math.abs(off) > HOUR_MS).length).toBeGreaterThan(200);
  expect(Math.max(...jumpsMs)).toBeGreaterThan(HOUR_MS);
  expect(Math.min(...jumpsMs)).toBeLessThan(-HOUR_MS);
});

test('one course of events, message by message, whatever the wall clocks of the nodes do (T1)', {
  timeout: 120_000,
}, () => {
  const run = (wallClocks: 'right' | 'wrong') =>
    SCENARIOS['power-cut']!.run({ nodes: 30, seed: 3, wallClocks, progress: () => {} });
  const [right, wrong] = [run('right'), run('wrong')];
  expect(wrong.trace).toBe(right.trace);
  expect(wrong.rows).toEqual(right.rows);
});
