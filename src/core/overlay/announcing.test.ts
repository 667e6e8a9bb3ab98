import { expect, test } from 'vitest';
import { createAnnouncing } from './announcing.ts';

/** Items that come at these times, in ms, each pushed and to be announced; gives the times at which announcements go out. */
function announcedAt(
  itemsAtMs: readonly number[],
  pushed: (index: number) => boolean = () => true,
): number[] {
  const announcing = createAnnouncing();
  const sentAtMs: number[] = [];
  let timerAtMs = Number.POSITIVE_INFINITY;
  const untilMs = (limitMs: number) => {
    while (timerAtMs <= limitMs) {
      const nowMs = timerAtMs;
      const delayMs = announcing.handleTimer(nowMs);
      timerAtMs = delayMs === undefined ? Number.POSITIVE_INFINITY : nowMs + delayMs;
      if (delayMs === undefined) sentAtMs.push(nowMs);
    }
  };
  itemsAtMs.forEach((atMs, index) => {
    untilMs(atMs - 1);
    announcing.onAccepted(atMs);
    const delayMs = announcing.put(pushed(index), atMs);
    if (delayMs !== undefined) timerAtMs = atMs + delayMs;
  });
  untilMs(10_000);
  return sentAtMs;
}

test('a lone item is announced after 100 ms (G2)', () => {
  expect(announcedAt([0, 1_000])).toEqual([100, 1_100]);
});

test('items that came just before hold announcements up until they have gone by (G2)', () => {
  expect(announcedAt([0, 75])).toEqual([125]);
  expect(announcedAt([0, 40])).toEqual([100]);
});

test('items that never stop hold them up for 250 ms and no longer (G2)', () => {
  const everyTenMs = Array.from({ length: 60 }, (_, index) => index * 10);
  expect(announcedAt(everyTenMs)).toEqual([250, 510, 640]);
});

test('what nobody pushes waits for nothing but 20 ms (G2)', () => {
  expect(announcedAt([0, 10], (index) => index === 0)).toEqual([30]);
  expect(announcedAt([0, 75], () => false)).toEqual([20, 95]);
});
