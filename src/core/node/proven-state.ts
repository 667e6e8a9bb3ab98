import { joinFloors } from '../device/floors.ts';
import { isNewer, joinBeacons } from '../device/high-water.ts';
import type { HeardStatement } from '../fleet/statement-book.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { HighWaterMark, ProvenBeacon } from '../wire/kept/high-water-mark.ts';
import { MAX_BEACON_FRONTIER, type Statement } from '../wire/statement/statement.ts';

/** What this node once had and has not now. */
export interface Shortfall {
  /** At least so many. */
  readonly entries: number;
  /** The newest beacon that it had proved and now cannot; undefined when none is among what is missing. */
  readonly beacon: ProvenBeacon | undefined;
}

/**
 * How far this node has come, held against how far it once was (K2, K3): the mark rises with what it proves, and while the ledger lies
 * below the mark that it started with, something was lost.
 */
export interface ProvenState {
  mark(): HighWaterMark;
  raiseFloors(floors: HighWaterMark['floors']): void;
  /**
   * Takes up the beacons of which all is here now, and the ledger as it is unless it is short. True when the mark rose: keep it.
   * `beacons` are those of authors that may beacon.
   */
  raise(beacons: readonly HeardStatement[]): boolean;
  /** Undefined when all is here that ever was. */
  shortfall(): Shortfall | undefined;
  /** Attack: an old beacon is replayed to a node that lost what it had heard, which would call itself fresh. */
  isBelow(statement: Statement): boolean;
}

export function createProvenState(ledger: Ledger, kept: HighWaterMark): ProvenState {
  let mark = kept;
  /** What the ledger must reach again; undefined once it has. Nothing that is here goes away. */
  let wanted: HighWaterMark | undefined = kept;
  const isHere = (id: HighWaterMark['ledger']['newest'][number]) => ledger.accepted(id) !== undefined;
  const isProven = ({ frontier }: { readonly frontier: readonly Parameters<typeof isHere>[0][] }) =>
    frontier.every(isHere);

  const shortfall = (): Shortfall | undefined => {
    if (wanted === undefined) return undefined;
    const missing = wanted.ledger.newest.filter((id) => !isHere(id)).length;
    const entries = Math.max(missing, wanted.ledger.entries - ledger.size());
    const beacon = wanted.beacons.find((known) => !isProven(known));
    if (entries > 0 || beacon !== undefined) return { entries, beacon };
    wanted = undefined;
    return undefined;
  };

  return {
    mark: () => mark,
    raiseFloors: (floors) => {
      mark = { ...mark, floors: joinFloors(mark.floors, floors) };
    },
    raise: (beacons) => {
      const before = mark;
      const proven = beacons.flatMap(({ statement }) => provenBeacon(statement)).filter(isProven);
      const newer = proven.filter((beacon) =>
        mark.beacons.every((known) => known.author !== beacon.author || isNewer(beacon, known)),
      );
      if (newer.length > 0) mark = { ...mark, beacons: joinBeacons([...mark.beacons, ...newer]) };
      if (shortfall() === undefined && ledger.size() > mark.ledger.entries)
        mark = {
          ...mark,
          ledger: { entries: ledger.size(), newest: ledger.newestFrontier(MAX_BEACON_FRONTIER) },
        };
      return mark !== before;
    },
    shortfall,
    isBelow: (statement) =>
      mark.beacons.some((known) => known.author === statement.author && isNewer(known, statement)),
  };
}

function provenBeacon({ author, session, sequence, timeMs, content }: Statement): ProvenBeacon[] {
  if (content.type !== 'beacon') return [];
  const { rootVersion, frontier } = content;
  return [{ author, session, sequence, timeMs, rootVersion, frontier }];
}
