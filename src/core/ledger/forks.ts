import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import type { AcceptedEntry, Entries } from './accepted.ts';
import type { Capability } from './capability.ts';
import type { Reachability } from './reachability.ts';
import type { Sequences } from './sequences.ts';
import type { SignedEntries } from './signed-entries.ts';

/** The least number that an author signed twice, with the two least entries that prove it. */
export interface Fork {
  readonly sequence: number;
  readonly by: readonly EntryId[];
}

/** Where L14 cuts what an author signed, for each capability that it signed under. */
export interface Forks {
  /** Undefined if no number was used twice, or if the capability forgives every number that was. */
  of(author: NodeId, capability: Capability): Fork | undefined;
  /** To be told when a number of the author turned up again. Returns the entries for which the cut has moved. */
  numberRepeated(author: NodeId): readonly AcceptedEntry[];
}

export function createForks(deps: {
  readonly entries: Entries;
  readonly sequences: Sequences;
  readonly signed: SignedEntries;
  readonly reachability: Reachability;
}): Forks {
  const { entries, sequences, signed, reachability } = deps;
  const known = new Map<NodeId, Map<Capability, Fork | undefined>>();

  /** As after a revoke: whoever granted again in knowledge of all entries of one number has forgiven that number, and no other. */
  const leastUnforgiven = (author: NodeId, grant: Capability): Fork | undefined => {
    const past = grant === undefined ? undefined : reachability.pastOf(grant);
    const twins = sequences
      .twinsOf(author)
      .find(({ ids }) => past === undefined || !ids.every((id) => past.has(entries.get(id)!.index)));
    return twins && { sequence: twins.sequence, by: twins.ids.slice(0, 2) };
  };

  const of = (author: NodeId, capability: Capability): Fork | undefined => {
    if (sequences.twinsOf(author).length === 0) return undefined;
    const slots = known.get(author) ?? new Map<Capability, Fork | undefined>();
    known.set(author, slots);
    if (!slots.has(capability)) slots.set(capability, leastUnforgiven(author, capability));
    return slots.get(capability);
  };

  return {
    of,
    numberRepeated: (author) => {
      const before = known.get(author);
      known.delete(author);
      const moved: AcceptedEntry[] = [];
      for (const [capability, items] of signed.by(author)) {
        const was = before?.get(capability);
        const is = of(author, capability);
        if (was?.sequence === is?.sequence && was?.by.join() === is?.by.join()) continue;
        const from = Math.min(
          was?.sequence ?? Number.POSITIVE_INFINITY,
          is?.sequence ?? Number.POSITIVE_INFINITY,
        );
        for (const item of items)
          if (item.entry.author === author && item.entry.sequence >= from) moved.push(item);
      }
      return moved;
    },
  };
}
