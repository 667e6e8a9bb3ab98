import type { InfoHash } from '../wire/encoding/ids.ts';
import { MAX_HOLDINGS } from '../wire/link/message.ts';

/** A bundle of a release, all of it or a part. */
export interface Holding {
  readonly infoHash: InfoHash;
  readonly whole: boolean;
}

/** A guess: so many of what an end lacks are told whatever the other end says, so that two windows never change each other without end. */
const LACKING_PLACES = MAX_HOLDINGS / 2;

/**
 * What a node tells a neighbour that it holds, where it holds more than one message may name (B5). A neighbour whose list is not full
 * has named all that it holds: what one of the two has whole and the other lacks comes first then. Else it is what this node lacks, then what
 * the neighbour lacks, as many of each as a list has half places. The rest follows; all in the order of `ranks`.
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

/** What is ranked first; what is not ranked last, so that all who hold the same are of one mind. */
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
