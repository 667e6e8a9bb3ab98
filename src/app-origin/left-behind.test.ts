import { expect, it } from 'vitest';
import { createLeftBehind } from './left-behind.ts';
import type { WorkerClient } from './worker-scope.ts';

it('who is there when a run begins is of an earlier one, and acts for a moment yet (A16)', async () => {
  let there = ['bridge'];
  let nowMs = 0;
  const leftBehind = createLeftBehind({
    clients: { matchAll: async () => there.map((id) => ({ id }) as WorkerClient) },
    isOurs: ({ id }) => id === 'bridge',
    monotonicMs: () => nowMs,
  });
  await leftBehind.note();
  expect(leftBehind.linger()).toBe(false);

  there = ['bridge', 'old page'];
  expect(leftBehind.has('old page')).toBe(false);
  await leftBehind.note();
  expect(leftBehind.has('old page')).toBe(true);
  expect(leftBehind.has('new page')).toBe(false);
  expect(leftBehind.has('bridge')).toBe(false);
  expect(leftBehind.linger()).toBe(true);
  nowMs += 60_000;
  expect(leftBehind.linger()).toBe(false);
  expect(leftBehind.has('old page')).toBe(true);
});
