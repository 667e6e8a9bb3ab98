import { expect, test } from 'vitest';
import { createAnnouncing, PASSED_MS } from './announcing.ts';
import { DEFAULT_PLUMTREE_CONFIG } from './plumtree-config.ts';

/** Items that come at these times, in ms, each to be announced; gives the times at which announcements go out. */
function announcedAt(
  itemsAtMs: readonly number[],
  { pushed = () => true, chance = 0 }: { pushed?: (index: number) => boolean; chance?: number } = {},
): number[] {
  const announcing = createAnnouncing(DEFAULT_PLUMTREE_CONFIG.gather, PASSED_MS.inside);
  const sentAtMs: number[] = [];
  let timerAtMs = Number.POSITIVE_INFINITY;
  const fireUntil = (limitMs: number) => {
    if (timerAtMs > limitMs) return;
    announcing.handleTimer();
    sentAtMs.push(timerAtMs);
    timerAtMs = Number.POSITIVE_INFINITY;
  };
  itemsAtMs.forEach((atMs, index) => {
    fireUntil(atMs);
    const delayMs = announcing.put(pushed(index), atMs, () => chance);
    if (delayMs !== undefined) timerAtMs = atMs + delayMs;
  });
  fireUntil(Number.MAX_VALUE);
  return sentAtMs;
}

test('a lone item is announced after 160 to 200 ms, by chance (G2)', () => {
  expect(announcedAt([0, 1_000])).toEqual([160, 1_160]);
  expect(announcedAt([0, 1_000], { chance: 0.999 })).toEqual([199, 1_199]);
});

test('an item that came just before holds announcements up until its wave has gone by (G2)', () => {
  expect(announcedAt([0, 150])).toEqual([180]);
  expect(announcedAt([0, 40])).toEqual([160]);
});

test('items that never stop hold them up for 400 ms and no longer (G2)', () => {
  const everyTenMs = Array.from({ length: 60 }, (_, index) => index * 10);
  expect(announcedAt(everyTenMs)).toEqual([400, 620]);
});

test('what nobody pushes waits for nothing but 20 ms, and takes along what is pushed (G2)', () => {
  expect(announcedAt([0, 10], { pushed: (index) => index === 0 })).toEqual([30]);
  expect(announcedAt([0, 10], { pushed: (index) => index === 1 })).toEqual([20]);
  expect(announcedAt([0, 75], { pushed: () => false })).toEqual([20, 95]);
  expect(announcedAt([0, 150, 155], { pushed: (index) => index !== 1 })).toEqual([160]);
});

test('the timer is set once for an item that many neighbours are to hear of', () => {
  const announcing = createAnnouncing(DEFAULT_PLUMTREE_CONFIG.gather, PASSED_MS.inside);
  const delays = Array.from({ length: 5 }, () => announcing.put(true, 0, Math.random));
  expect(delays.filter((delayMs) => delayMs !== undefined)).toHaveLength(1);
});
