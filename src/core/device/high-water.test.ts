import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntryId, NodeId, ReleaseId } from '../wire/encoding/ids.ts';
import { EMPTY_MARK, type HighWaterMark, MAX_FLOORS } from '../wire/kept/high-water-mark.ts';
import { joinMarks } from './high-water.ts';

/** As in real fleets, a release has one counter, and of one author a later beacon carries a later time. */
const marks: fc.Arbitrary<HighWaterMark> = fc.record({
  floors: fc.dictionary(
    fc.constantFrom('menu', 'till'),
    fc
      .uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: MAX_FLOORS })
      .map((counters) =>
        counters.map((counter) => ({ counter, release: `release-${counter}` as ReleaseId })),
      ),
    { noNullPrototype: true },
  ),
  beacons: fc
    .uniqueArray(
      fc.record({ author: fc.constantFrom('ada', 'ben', 'cleo'), session: fc.nat(4), sequence: fc.nat(4) }),
      { selector: ({ author }) => author, maxLength: 3 },
    )
    .map((beacons) =>
      beacons.map(({ author, session, sequence }) => ({
        author: author as NodeId,
        session,
        sequence,
        timeMs: session * 100 + sequence,
        rootVersion: 1,
        frontier: [`entry-${session}-${sequence}` as EntryId],
      })),
    ),
  ledger: fc
    .record({ entries: fc.nat(9), newest: fc.nat(3) })
    .map(({ entries, newest }) => ({ entries, newest: [`entry-${newest}` as EntryId] })),
});

/** Sorted floors and beacons, as joining leaves them. */
const settled = (mark: HighWaterMark) => joinMarks(mark, EMPTY_MARK);

describe('marks of several places join to the highest of each part (K2)', () => {
  test('whatever the order, and however often', () => {
    fc.assert(
      fc.property(marks, marks, marks, (a, b, c) => {
        expect(joinMarks(a, b)).toEqual(joinMarks(b, a));
        expect(joinMarks(joinMarks(a, b), c)).toEqual(joinMarks(a, joinMarks(b, c)));
        expect(joinMarks(a, a)).toEqual(settled(a));
      }),
    );
  });

  test('and never fall below any of them', () => {
    fc.assert(
      fc.property(marks, marks, (a, b) => {
        const joined = joinMarks(a, b);
        for (const { floors, beacons, ledger } of [a, b]) {
          for (const [product, list] of Object.entries(floors))
            for (const { counter } of list)
              expect(joined.floors[product]?.[0]?.counter).toBeGreaterThanOrEqual(counter);
          for (const { author, timeMs } of beacons)
            expect(joined.beacons.find((known) => known.author === author)?.timeMs).toBeGreaterThanOrEqual(
              timeMs,
            );
          expect(joined.ledger.entries).toBeGreaterThanOrEqual(ledger.entries);
        }
      }),
    );
  });
});

test('of two ledgers the longer counts, also where their numbers have not the same digits (K2)', () => {
  const reached = (entries: number) => ({ ...EMPTY_MARK, ledger: { entries, newest: [] } });
  expect(joinMarks(reached(9), reached(10)).ledger.entries).toBe(10);
  expect(joinMarks(reached(100), reached(99)).ledger.entries).toBe(100);
});
