import type { NodeId } from '../wire/encoding/ids.ts';
import { type HighWaterMark, MAX_BEACON_AUTHORS, type ProvenBeacon } from '../wire/kept/high-water-mark.ts';
import { joinFloors } from './floors.ts';

/**
 * The highest of both, part by part (K2): the order does not matter, and joining twice changes nothing, so places that fell apart are
 * mended by joining all of them.
 */
export function joinMarks(a: HighWaterMark, b: HighWaterMark): HighWaterMark {
  return {
    floors: joinFloors(a.floors, b.floors),
    beacons: joinBeacons([...a.beacons, ...b.beacons]),
    ledger: reached(a.ledger) >= reached(b.ledger) ? a.ledger : b.ledger,
  };
}

/** Of each author the newest, of the authors those that signed last. */
export function joinBeacons(beacons: readonly ProvenBeacon[]): readonly ProvenBeacon[] {
  const newest = new Map<NodeId, ProvenBeacon>();
  for (const beacon of beacons) {
    const known = newest.get(beacon.author);
    if (known === undefined || isNewer(beacon, known)) newest.set(beacon.author, beacon);
  }
  return [...newest.values()]
    .sort((a, b) => b.timeMs - a.timeMs || (a.author < b.author ? -1 : 1))
    .slice(0, MAX_BEACON_AUTHORS);
}

/** By (session, sequence), as all statements of one author are ordered (M4). */
export function isNewer(
  a: { readonly session: number; readonly sequence: number },
  b: { readonly session: number; readonly sequence: number },
): boolean {
  return a.session > b.session || (a.session === b.session && a.sequence > b.sequence);
}

/** Sorts as text: of two ledgers with one number of entries every node takes the same one. */
function reached({ entries, newest }: HighWaterMark['ledger']): string {
  return `${String(entries).padStart(16, '0')} ${newest.join(' ')}`;
}
