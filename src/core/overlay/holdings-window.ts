import type { InfoHash } from '../wire/encoding/ids.ts';
import { MAX_HOLDINGS } from '../wire/link/message.ts';

/** A bundle of a release, all of it or a part. */
export interface Holding {
  readonly infoHash: InfoHash;
  readonly whole: boolean;
}

/**
 * A guess: this many bundles that an end lacks are named whatever the other end says, so that two windows cannot change
 * each other for ever.
 */
const LACKING_PLACES = MAX_HOLDINGS / 2;

/**
 * Which bundles a node names to a neighbour when it holds more than one message may name (B5). If the neighbour's list
 * is not full, it names everything that the neighbour holds: bundles that one of the two has whole and the other lacks
 * then come first. Otherwise bundles that this node lacks come first, and then those that the neighbour lacks, each up
 * to half of the places. The rest follows. All are in the order of `ranks`.
 */
export function holdingsWindow(
  held: readonly Holding[],
  theirs: readonly Holding[],
  ranks: () => ReadonlyMap<InfoHash, number>,
): readonly Holding[] {
  if (held.length <= MAX_HOLDINGS) return held;
  const ordered = inOrder(held, ranks());
  const window = new Set([...needed(ordered, theirs), ...ordered]);
  return [...window].slice(0, MAX_HOLDINGS);
}

function needed(ordered: readonly Holding[], theirs: readonly Holding[]): readonly Holding[] {
  const there = new Map(theirs.map(({ infoHash, whole }) => [infoHash, whole]));
  if (theirs.length < MAX_HOLDINGS)
    return ordered.filter(({ infoHash, whole }) => there.get(infoHash) === !whole);
  const lacking = new Set(firstLacking(theirs).map(({ infoHash }) => infoHash));
  return [...firstLacking(ordered), ...ordered.filter(({ infoHash }) => lacking.has(infoHash))];
}

function firstLacking(ordered: readonly Holding[]): readonly Holding[] {
  return ordered.filter(({ whole }) => !whole).slice(0, LACKING_PLACES);
}

/** By rank, and those without a rank last, by name: so all nodes that hold the same bundles order them alike. */
export function inOrder(held: readonly Holding[], ranks: ReadonlyMap<InfoHash, number>): readonly Holding[] {
  const rankOf = ({ infoHash }: Holding) => ranks.get(infoHash) ?? ranks.size;
  return [...held].sort((a, b) => rankOf(a) - rankOf(b) || (a.infoHash < b.infoHash ? -1 : 1));
}

export function sameHoldings(a: readonly Holding[], b: readonly Holding[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ infoHash, whole }, at) => infoHash === b[at]!.infoHash && whole === b[at]!.whole)
  );
}
