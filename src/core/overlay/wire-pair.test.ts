import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../ports/acceptance/random-parts.ts';
import type { InfoHash } from '../wire/encoding/ids.ts';
import { MAX_CHANNEL, MAX_HOLDINGS } from '../wire/link/message.ts';
import { type Holding, inOrder } from './holdings-window.ts';
import { createWirePair, type PairEnd, type WirePair } from './testing/wire-pair.ts';

const infoHash = (at: number) => at.toString(16).padStart(40, '0') as InfoHash;

/** Lets each wire that runs carry all that one end lacks and the other has. */
function transferAll(pair: WirePair): boolean {
  let moved = false;
  for (const { infoHash: wanted } of pair.joined) {
    const [left, right] = pair.ends.map(({ held }) => held.find((each) => each.infoHash === wanted));
    const taker = pair.ends.find((_, at) => [left, right][at]?.whole === false);
    if (taker === undefined || !(left?.whole || right?.whole)) continue;
    moved = true;
    pair.hold(
      taker,
      taker.held.map((each) => (each.infoHash === wanted ? { ...each, whole: true } : each)),
    );
  }
  return moved;
}

describe('two ends of a link, and channels that close when they like (B5)', () => {
  test('no channel joins wires of two bundles or is opened twice, and its numbers are used again without an end', () => {
    let reused = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const pair = createWirePair(random);
        const holdRandom = (end: PairEnd) =>
          pair.hold(
            end,
            Array.from({ length: 30 }, (_, at) => ({ infoHash: infoHash(at), whole: random() < 0.5 })).filter(
              () => random() < 0.8,
            ),
          );
        for (const end of pair.ends) holdRandom(end);
        for (let steps = 0; steps < 12_000; steps++) {
          const draw = random();
          if (draw < 0.3) pair.closeOne(draw < 0.25 ? 20_000 : 0);
          else if (draw < 0.302) holdRandom(pair.ends[random() < 0.5 ? 0 : 1]);
          else if (!pair.step()) pair.passTime(500);
        }
        expect(pair.figures.hangUps).toBe(0);
        if (pair.figures.offers > 1.2 * MAX_CHANNEL) reused++;
      }),
      { numRuns: 6 },
    );
    // Else it says nothing about numbers that are used again.
    expect(reused).toBeGreaterThan(0);
  }, 60_000);

  test('whoever lacks a bundle finds who has it, and both fall silent, however many either holds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (count, share, seed) => {
          const random = seededRandom(seed);
          const ranks = new Map(
            Array.from({ length: count }, (_, at) => [infoHash(at), random()] as const)
              .sort(([, a], [, b]) => a - b)
              .map(([each], rank) => [each, rank]),
          );
          const pair = createWirePair(random, () => ranks);
          const [one, other] = pair.ends;
          const some = (heldShare: number): Holding[] =>
            Array.from({ length: count }, (_, at) => ({
              infoHash: infoHash(at),
              whole: random() < 0.5,
            })).filter(() => random() < heldShare);
          pair.hold(one, some(1));
          pair.hold(other, some(share));
          do pair.settle(100_000);
          while (transferAll(pair));
          for (const [lacker, giver] of [
            [one, other],
            [other, one],
          ] as const) {
            const has = new Set(giver.held.filter(({ whole }) => whole).map(({ infoHash: each }) => each));
            const lacked = inOrder(
              lacker.held.filter(({ whole }) => !whole),
              ranks,
            );
            // Where either can name all that it holds, nothing is missed; else what is wished first is not.
            const isNamed = one.held.length < MAX_HOLDINGS || other.held.length < MAX_HOLDINGS;
            const found = isNamed ? lacked : lacked.slice(0, MAX_HOLDINGS / 2);
            expect(found.filter(({ infoHash: each }) => has.has(each))).toEqual([]);
          }
          // Both say something at the start, and each at most once for each change of either.
          expect(pair.figures.holdings).toBeLessThanOrEqual(8 + 4 * count);
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});
