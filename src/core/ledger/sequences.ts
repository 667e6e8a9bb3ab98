import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';

/** Entries of one author that carry one number, sorted. */
export interface Twins {
  readonly sequence: number;
  readonly ids: readonly EntryId[];
}

/** Which numbers each author has given out, and which of them twice: the portable proof of equivocation. */
export interface Sequences {
  /** True when the author had given out the number before. */
  add(entry: Entry): boolean;
  /** The number of the author's next entry. */
  next(author: NodeId): number;
  /** By rising number; empty for an honest author. */
  twinsOf(author: NodeId): readonly Twins[];
  /** The two least entries of the author's least number given out twice. */
  proofOf(author: NodeId): Proof | undefined;
  /** For each forked author its proof. */
  proofs(): ReadonlyMap<NodeId, Proof>;
}

type Proof = readonly [EntryId, EntryId];

export function createSequences(): Sequences {
  const first = new Map<NodeId, Map<number, EntryId>>();
  const highest = new Map<NodeId, number>();
  const forked = new Map<NodeId, { sequence: number; ids: EntryId[] }[]>();

  const proofOf = (author: NodeId): Proof | undefined => {
    const least = forked.get(author)?.[0];
    return least && [least.ids[0]!, least.ids[1]!];
  };

  return {
    add: ({ author, sequence, id }) => {
      highest.set(author, Math.max(highest.get(author) ?? 0, sequence));
      const numbers = first.get(author) ?? new Map<number, EntryId>();
      first.set(author, numbers);
      const twin = numbers.get(sequence);
      if (twin === undefined) {
        numbers.set(sequence, id);
        return false;
      }
      const all = forked.get(author) ?? [];
      forked.set(author, all);
      const at = placeIn(all, (twins) => twins.sequence < sequence);
      if (all[at]?.sequence !== sequence) all.splice(at, 0, { sequence, ids: [twin] });
      const { ids } = all[at]!;
      ids.splice(
        placeIn(ids, (other) => other < id),
        0,
        id,
      );
      return true;
    },
    next: (author) => (highest.get(author) ?? -1) + 1,
    twinsOf: (author) => forked.get(author) ?? [],
    proofOf,
    proofs: () => new Map([...forked.keys()].sort().map((author) => [author, proofOf(author)!])),
  };
}

/** By bisection: attackers sign thousands of entries with one number, or with as many numbers twice. */
function placeIn<Item>(sorted: readonly Item[], isBefore: (item: Item) => boolean): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isBefore(sorted[middle]!)) from = middle + 1;
    else to = middle;
  }
  return from;
}
