import type { Entry } from '../wire/entry.ts';
import type { EntryId } from '../wire/ids.ts';
import { type BitSet, createBitSet } from './bitset.ts';
import { isAuthority } from './references.ts';

/**
 * What of an entry's causal past its verdict and standing depend on, the entry itself included: the entries of authority. Most entries share a summary with what they refer to, so summaries are interned.
 */
export interface PastSummary {
  readonly serial: number;
  /** By the number that the entry of authority got here. */
  readonly authority: BitSet;
  readonly newestRoot: EntryId | undefined;
}

export interface PastSummaries {
  /** The summary of what the references reach. */
  merge(references: readonly PastSummary[]): PastSummary;
  /** That summary with the accepted entry added. */
  extend(past: PastSummary, entry: Entry): PastSummary;
  /** True where the summary reaches this entry of authority. */
  reaches(past: PastSummary, authority: EntryId): boolean;
}

export function createPastSummaries(isNewerRoot: (a: EntryId, b: EntryId) => boolean): PastSummaries {
  const interned = new Map<string, PastSummary>();
  const numbers = new Map<EntryId, number>();
  let serial = 0;
  const empty: PastSummary = { serial: serial++, authority: createBitSet(), newestRoot: undefined };

  const newerRoot = (a: EntryId | undefined, b: EntryId | undefined) =>
    a === undefined || (b !== undefined && isNewerRoot(b, a)) ? b : a;

  const union = (parts: readonly PastSummary[]): PastSummary => {
    const authority = createBitSet();
    let newestRoot: EntryId | undefined;
    for (const part of parts) {
      authority.addAll(part.authority);
      newestRoot = newerRoot(newestRoot, part.newestRoot);
    }
    return { serial: serial++, authority, newestRoot };
  };

  return {
    merge: (references) => {
      const parts = [...new Map(references.map((part) => [part.serial, part])).values()].sort(
        (a, b) => a.serial - b.serial,
      );
      if (parts.length <= 1) return parts[0] ?? empty;
      const key = parts.map((part) => part.serial).join(' ');
      const known = interned.get(key) ?? union(parts);
      interned.set(key, known);
      return known;
    },
    extend: (past, entry) => {
      if (!isAuthority(entry)) return past;
      const number = numbers.size;
      numbers.set(entry.id, number);
      const extended = union([past]);
      extended.authority.add(number);
      return entry.action === 'root' ? { ...extended, newestRoot: entry.id } : extended;
    },
    reaches: (past, authority) => {
      const number = numbers.get(authority);
      return number !== undefined && past.authority.has(number);
    },
  };
}
