import type { Entry } from '../wire/entry.ts';
import type { EntryId, NodeId } from '../wire/ids.ts';

/** Entries of one author that carry one number, sorted. */
export interface Twins {
  readonly sequence: number;
  readonly ids: readonly EntryId[];
}

/** Which numbers each author has given out, and which of them twice: the portable proof of equivocation. */
export interface Sequences {
  /** True when the author had given out the number before. */
  add(entry: Entry): boolean;
  isForked(author: NodeId): boolean;
  /** By rising number. */
  twinsOf(author: NodeId): readonly Twins[];
  /** For each forked author the two least entries of its least number given out twice. */
  proofs(): ReadonlyMap<NodeId, readonly [EntryId, EntryId]>;
}

export function createSequences(): Sequences {
  const first = new Map<NodeId, Map<number, EntryId>>();
  const forked = new Map<NodeId, Map<number, EntryId[]>>();

  const twinsOf = (author: NodeId): readonly Twins[] =>
    Array.from(forked.get(author) ?? [], ([sequence, ids]) => ({ sequence, ids })).sort(
      (a, b) => a.sequence - b.sequence,
    );

  return {
    add: ({ author, sequence, id }) => {
      const numbers = first.get(author) ?? new Map<number, EntryId>();
      first.set(author, numbers);
      const twin = numbers.get(sequence);
      if (twin === undefined) {
        numbers.set(sequence, id);
        return false;
      }
      const slots = forked.get(author) ?? new Map<number, EntryId[]>();
      forked.set(author, slots);
      slots.set(sequence, [...(slots.get(sequence) ?? [twin]), id].sort());
      return true;
    },
    isForked: (author) => forked.has(author),
    twinsOf,
    proofs: () =>
      new Map(
        [...forked.keys()].sort().map((author) => {
          const [one, other] = twinsOf(author)[0]!.ids;
          return [author, [one!, other!]];
        }),
      ),
  };
}
