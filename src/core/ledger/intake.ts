import type { EntryId } from '../wire/encoding/ids.ts';
import type { ReceivedEntry } from './accepted.ts';

/** Entries that wait for what they refer to, and the ids of those that were refused. Both are bounded. */
export interface Intake {
  knows(id: EntryId): boolean;
  isRefused(id: EntryId): boolean;
  refuse(id: EntryId): void;
  /** The entry that is forgotten for it, if there are too many. */
  stall(received: ReceivedEntry, missing: readonly EntryId[]): EntryId | undefined;
  /** Those that waited for this entry and, as far as `isSettled` tells, for nothing else. They wait no longer. */
  release(settled: EntryId, isSettled: (id: EntryId) => boolean): readonly ReceivedEntry[];
}

/** A guess: entries waiting for their past, before the oldest are forgotten. A peer that sent them can send them again. */
const MAX_STALLED = 4096;
/** A guess: ids of refused entries that are remembered, so that the same entry costs no second verification. */
const MAX_REFUSED = 16_384;

export function createIntake(): Intake {
  const stalled = new Map<
    EntryId,
    { readonly received: ReceivedEntry; readonly missing: readonly EntryId[] }
  >();
  const waiting = new Map<EntryId, Set<EntryId>>();
  const refused = new Set<EntryId>();

  const forget = (id: EntryId) => {
    for (const absent of stalled.get(id)?.missing ?? []) {
      waiting.get(absent)?.delete(id);
      if (waiting.get(absent)?.size === 0) waiting.delete(absent);
    }
    stalled.delete(id);
  };

  return {
    knows: (id) => stalled.has(id) || refused.has(id),
    isRefused: (id) => refused.has(id),
    refuse: (id) => {
      refused.add(id);
      const oldest = refused.size > MAX_REFUSED ? refused.values().next().value : undefined;
      if (oldest !== undefined) refused.delete(oldest);
    },
    stall: (received, missing) => {
      const { id } = received.entry;
      stalled.set(id, { received, missing });
      for (const absent of missing) {
        const set = waiting.get(absent) ?? new Set();
        set.add(id);
        waiting.set(absent, set);
      }
      const oldest = stalled.size > MAX_STALLED ? stalled.keys().next().value : undefined;
      if (oldest !== undefined) forget(oldest);
      return oldest;
    },
    release: (settled, isSettled) => {
      const ready: ReceivedEntry[] = [];
      for (const id of [...(waiting.get(settled) ?? [])]) {
        const entry = stalled.get(id);
        if (entry === undefined || !entry.missing.every(isSettled)) continue;
        forget(id);
        ready.push(entry.received);
      }
      waiting.delete(settled);
      return ready;
    },
  };
}
