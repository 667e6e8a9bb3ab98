import type { EntryId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { isOfKind, PATH_KINDS } from './path-kinds.ts';

/** Counters of releases along the parents that publishers name (L7), so that one which was voided holds nobody back. */
export interface ReleaseCounters {
  add(accepted: Entry): void;
  /** The highest on the way up through the releases that the entry names as parents; undefined when it names none. */
  highestAbove(entry: Entry): number | undefined;
}

export function createReleaseCounters(): ReleaseCounters {
  /** Of each release the highest on its way up, its own included. */
  const counters = new Map<EntryId, number>();
  const highestAbove = (entry: Entry): number | undefined => {
    const above = entry.parents.map((id) => counters.get(id)).filter((counter) => counter !== undefined);
    return above.length === 0 ? undefined : Math.max(...above);
  };
  return {
    highestAbove,
    add: (entry) => {
      if (isOfKind(entry, PATH_KINDS.release))
        counters.set(entry.id, Math.max(PATH_KINDS.release.read(entry).counter, highestAbove(entry) ?? 0));
    },
  };
}
