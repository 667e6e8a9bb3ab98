import { expect, it } from 'vitest';
import { createMessageBudget } from './message-budget.ts';

it('takes a bounded number of messages in each window of time', () => {
  let nowMs = 5_000;
  const withinBudget = createMessageBudget(() => nowMs);
  const taken = () => Array.from({ length: 500 }, withinBudget).filter(Boolean).length;
  const first = taken();
  expect(first).toBeGreaterThan(10);
  expect(first).toBeLessThan(500);
  nowMs += 9_999;
  expect(taken()).toBe(0);
  nowMs += 1;
  expect(taken()).toBe(first);
});
