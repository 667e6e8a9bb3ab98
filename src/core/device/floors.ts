import type { ReleaseId } from '../wire/encoding/ids.ts';
import { type Floor, type HighWaterMark, MAX_FLOORS } from '../wire/kept/high-water-mark.ts';

export type Floors = HighWaterMark['floors'];

/**
 * Those that a release must exceed, or be one of; empty when nothing of the product was committed. A release that does not count any
 * more holds no floor: else a stolen key that published the highest number would bar all later releases (fast-forward
 * attack, TUF 1.5.2).
 */
export function highestFloors(
  floors: Floors,
  product: string,
  voided: readonly ReleaseId[],
): readonly Floor[] {
  const holding = (floors[product] ?? []).filter(({ release }) => !voided.includes(release));
  const highest = Math.max(...holding.map(({ counter }) => counter));
  return holding.filter(({ counter }) => counter === highest);
}

/** All that either has, the highest of each product. */
export function joinFloors(a: Floors, b: Floors): Floors {
  const products = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(
    products.map((product) => {
      const byRelease = new Map(
        [...(a[product] ?? []), ...(b[product] ?? [])].map((floor) => [floor.release, floor]),
      );
      return [product, [...byRelease.values()].sort(higherFirst).slice(0, MAX_FLOORS)];
    }),
  );
}

function higherFirst(a: Floor, b: Floor): number {
  return b.counter - a.counter || (a.release < b.release ? -1 : 1);
}
