import { expect, it } from 'vitest';
import { createMessageBudgets } from './message-budget.ts';

it('takes a bounded number of messages of each type in each window of time (A8)', () => {
  let nowMs = 5_000;
  const withinBudget = createMessageBudgets(() => nowMs);
  const taken = (type: string) =>
    Array.from({ length: 500 }, () => withinBudget(type)).filter(Boolean).length;
  const first = taken('release-error');
  expect(first).toBeGreaterThan(10);
  expect(first).toBeLessThan(500);
  nowMs += 9_999;
  expect(taken('release-error')).toBe(0);
  expect(withinBudget('release-healthy')).toBe(true);
  nowMs += 1;
  expect(taken('release-error')).toBe(first);
});
