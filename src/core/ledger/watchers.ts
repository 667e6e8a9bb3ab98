import type { LedgerEvent } from './ledger-event.ts';
import { matcherOf, type PathMatcher } from './path-glob.ts';

/** What a path was and what it has become; undefined where it was or is nothing. */
export type PathChange = Omit<Extract<LedgerEvent, { type: 'path-changed' }>, 'type'>;

/** Who wants to hear of changes of the view (V1 to V3). */
export interface Watchers {
  /**
   * Calls `listener` once for each later change of a path that `glob` means. The returned function ends it, at once and for good, and is
   * idempotent.
   */
  watch(glob: string, listener: (change: PathChange) => void): () => void;
  /** Hands one change to all who watch its path. */
  tell(change: PathChange): void;
}

interface Watcher {
  readonly matches: PathMatcher;
  readonly listener: (change: PathChange) => void;
}

/** `onError` is told what a listener threw; the others hear of the change all the same. */
export function createWatchers(onError: (error: unknown) => void): Watchers {
  const watchers = new Set<Watcher>();
  const waiting: PathChange[] = [];
  let telling = false;

  const tellOne = (change: PathChange) => {
    for (const watcher of [...watchers]) {
      if (!watchers.has(watcher) || !watcher.matches(change.path)) continue;
      try {
        watcher.listener(change);
      } catch (error) {
        onError(error);
      }
    }
  };

  return {
    watch: (glob, listener) => {
      const watcher = { matches: matcherOf(glob), listener };
      watchers.add(watcher);
      return () => {
        watchers.delete(watcher);
      };
    },
    tell: (change) => {
      waiting.push(change);
      // A listener that writes makes further changes: those come when all have heard of this one.
      if (telling) return;
      telling = true;
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) tellOne(next);
      telling = false;
    },
  };
}
