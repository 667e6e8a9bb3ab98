import type { EntryId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { isAuthority } from './references.ts';

/** The ends of the DAG: what no other entry refers to. */
export interface Frontiers {
  add(entry: Entry, references: readonly EntryId[]): void;
  /** Sorted. */
  all(): readonly EntryId[];
  /** Those added last, at most `count`, sorted. */
  newest(count: number): readonly EntryId[];
  /** Entries of authority that no other entry of authority refers to, sorted. */
  authority(): readonly EntryId[];
}

export function createFrontiers(): Frontiers {
  const unreferenced = new Set<EntryId>();
  const authorityHeads = new Set<EntryId>();
  return {
    add: (entry, references) => {
      for (const id of references) {
        unreferenced.delete(id);
        if (isAuthority(entry)) authorityHeads.delete(id);
      }
      unreferenced.add(entry.id);
      if (isAuthority(entry)) authorityHeads.add(entry.id);
    },
    all: () => [...unreferenced].sort(),
    newest: (count) => [...unreferenced].slice(-count).sort(),
    authority: () => [...authorityHeads].sort(),
  };
}
