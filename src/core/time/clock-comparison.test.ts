import { expect, test } from 'vitest';
import type { HeardStatement } from '../fleet/statement-book.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { Statement } from '../wire/statement/statement.ts';
import { compareClocks } from './clock-comparison.ts';
import { at } from './testing/at.ts';

const YEAR_MS = 365 * 86_400_000;
const NOW_MS = 5 * YEAR_MS;

function heard(author: string, timeMs: number, heardAtMs = NOW_MS, type = 'lease'): HeardStatement {
  const content = type === 'beacon' ? { type } : { type, validMs: 30_000 };
  return {
    statement: { author: author as NodeId, timeMs, content } as unknown as Statement,
    bytes: new Uint8Array(),
    heardAt: at(heardAtMs),
  };
}

const compare = (all: readonly HeardStatement[], strangers: readonly string[] = []) =>
  compareClocks(all, (author) => !strangers.includes(author), NOW_MS);

test('a clock that is a year ahead of its neighbours, or behind them, is told so (J8)', () => {
  const others = (offsetMs: number) => [
    heard('a', NOW_MS + offsetMs - 300),
    heard('b', NOW_MS + offsetMs),
    heard('c', NOW_MS + offsetMs + 90),
  ];
  expect(compare(others(-YEAR_MS))).toEqual({ aheadMs: YEAR_MS, clocks: 3 });
  expect(compare(others(YEAR_MS))).toEqual({ aheadMs: -YEAR_MS, clocks: 3 });
  expect(compare([])).toBeUndefined();
});

test('of two that contradict each other the one that differs is believed', () => {
  const pair = [heard('a', NOW_MS), heard('b', NOW_MS - YEAR_MS)];
  expect(compare(pair)?.aheadMs).toBe(YEAR_MS);
  expect(compare([heard('a', NOW_MS), heard('b', NOW_MS + YEAR_MS)])?.aheadMs).toBe(-YEAR_MS);
});

test('attack: less than half of the clocks move the comparison by nothing that the others do not say', () => {
  const honest = ['a', 'b', 'c'].map((author) => heard(author, NOW_MS));
  const liars = ['x', 'y'].map((author) => heard(author, NOW_MS + YEAR_MS));
  expect(compare([...honest, ...liars])?.aheadMs).toBe(0);
});

test('attack: keys that anybody can make are no witnesses', () => {
  const strangers = ['x', 'y', 'z'];
  expect(compare([heard('a', NOW_MS), ...strangers.map((one) => heard(one, 0))], strangers)).toEqual({
    aheadMs: 0,
    clocks: 1,
  });
});

test('what was heard long ago, or before this clock was set back, says nothing, nor does what others keep for long', () => {
  expect(compare([heard('a', 0, NOW_MS - 180_001)])).toBeUndefined();
  expect(compare([heard('a', 0, NOW_MS + YEAR_MS)])).toBeUndefined();
  expect(compare([heard('a', NOW_MS - YEAR_MS, NOW_MS, 'beacon')])).toBeUndefined();
});

test('of what one author says the quickest counts', () => {
  expect(compare([heard('a', NOW_MS - 60_000, NOW_MS, 'summary'), heard('a', NOW_MS - 40)])?.aheadMs).toBe(
    40,
  );
});
