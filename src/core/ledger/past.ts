import type { EntryId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { type BitSet, createBitSet } from './bitset.ts';
import { isAuthority } from './references.ts';

/**
 * The part of an entry's causal past on which its verdict and standing depend: the entries of authority, the entry
 * itself included. Most entries have the same summary as an entry that they refer to, so summaries are interned.
 */
export interface PastSummary {
  readonly serial: number;
  /** By the number that the entry of authority got here. Whole: with an entry it has the past of that entry. */
  readonly authority: BitSet;
  /** Numbers of the entries of authority that no other one of these reaches. */
  readonly tips: readonly number[];
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
  const empty: PastSummary = { serial: serial++, authority: createBitSet(), tips: [], newestRoot: undefined };

  const newerRoot = (a: EntryId | undefined, b: EntryId | undefined) =>
    a === undefined || (b !== undefined && isNewerRoot(b, a)) ? b : a;

  const holds = (whole: PastSummary, part: PastSummary) => part.tips.every((tip) => whole.authority.has(tip));

  /** Those that no other one holds, mostly one: the newest authority that an author knew has the older in its past. */
  const widest = (parts: readonly PastSummary[]): readonly PastSummary[] => {
    const wide: PastSummary[] = [];
    for (const part of [...new Set(parts)].sort((a, b) => b.serial - a.serial))
      if (!wide.some((other) => holds(other, part))) wide.push(part);
    return wide;
  };

  const union = (parts: readonly PastSummary[]): PastSummary => {
    const authority = createBitSet();
    let newestRoot: EntryId | undefined;
    for (const part of parts) {
      authority.addAll(part.authority);
      newestRoot = newerRoot(newestRoot, part.newestRoot);
    }
    const tips = [...new Set(parts.flatMap((part) => part.tips))].filter((tip) =>
      parts.every((part) => !part.authority.has(tip) || part.tips.includes(tip)),
    );
    return { serial: serial++, authority, tips, newestRoot };
  };

  return {
    merge: (references) => {
      const parts = widest(references);
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
      const { authority, newestRoot } = union([past]);
      authority.add(number);
      return {
        serial: serial++,
        authority,
        tips: [number],
        newestRoot: entry.action === 'root' ? entry.id : newestRoot,
      };
    },
    reaches: (past, authority) => {
      const number = numbers.get(authority);
      return number !== undefined && past.authority.has(number);
    },
  };
}
