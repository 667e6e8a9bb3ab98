import { describe, expect, test } from 'vitest';
import { at } from '../time/testing/at.ts';
import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import type { Statement } from '../wire/statement/statement.ts';
import { freshnessOf } from './beacon.ts';
import type { HeardStatement } from './statement-book.ts';

const INTERVAL_MS = 60_000;

function beacon(author: string, heardAtMs: number, frontier: readonly string[]): HeardStatement {
  const content = {
    type: 'beacon',
    frontier: frontier as readonly EntryId[],
    rootVersion: 1,
    intervalMs: INTERVAL_MS,
  } as const;
  return {
    statement: { author: author as NodeId, content } as Statement,
    bytes: new Uint8Array(),
    heardAt: at(heardAtMs),
  };
}

const holding =
  (...ids: string[]) =>
  (id: EntryId) =>
    ids.includes(id);
const onlyAda = (author: NodeId) => author === ('ada' as NodeId);

describe('freshness by beacons (F1)', () => {
  test('nothing is known before the first', () => {
    expect(freshnessOf([], onlyAda, holding(), 0)).toBe('unknown');
  });

  test('a beacon in time whose entries are here is fresh', () => {
    expect(freshnessOf([beacon('ada', 0, ['x'])], onlyAda, holding('x'), INTERVAL_MS)).toBe('fresh');
  });

  test('freeze: what a beacon names and never arrives is noticed, though beacons come through', () => {
    expect(freshnessOf([beacon('ada', 0, ['x', 'new'])], onlyAda, holding('x'), INTERVAL_MS)).toBe('behind');
  });

  test('freeze: withheld beacons are noticed within two intervals', () => {
    const heard = [beacon('ada', 0, ['x'])];
    expect(freshnessOf(heard, onlyAda, holding('x'), 2 * INTERVAL_MS)).toBe('fresh');
    expect(freshnessOf(heard, onlyAda, holding('x'), 2 * INTERVAL_MS + 1)).toBe('stale');
  });

  test('a beacon of a key without the role proves nothing', () => {
    const heard = [beacon('ada', 0, ['x']), beacon('mallory', 3 * INTERVAL_MS, ['x'])];
    expect(freshnessOf(heard, onlyAda, holding('x'), 3 * INTERVAL_MS)).toBe('stale');
  });
});
