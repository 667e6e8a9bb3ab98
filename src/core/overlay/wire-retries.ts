import type { InfoHash } from '../wire/encoding/ids.ts';

/**
 * When a bundle's wire may be offered to one neighbour again that it declined, or that ended. Attack, or bad luck: a node that declines, or
 * that takes every wire and sends nothing, would be offered one after the other without end.
 */
export interface WireRetries {
  mayOffer(infoHash: InfoHash, nowMs: number): boolean;
  /** It was declined, or ended; `useful`: it had carried something, so that what was before is forgotten. */
  ended(infoHash: InfoHash, useful: boolean, nowMs: number, random: () => number): void;
  /** What either end holds of it has changed: the next offer is another one. */
  forget(infoHash: InfoHash): void;
  /** Milliseconds until the next one may be offered; undefined when none waits. */
  waitMs(nowMs: number): number | undefined;
}

/**
 * Guesses: the first pause, which each further end doubles, and the longest. Longer costs less where a node stays as it is; shorter finds
 * sooner that it has room again, of which it tells nobody.
 */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** So that two that failed together do not come back together: of each pause so much is drawn. */
const JITTER = 0.5;

export function createWireRetries(): WireRetries {
  const ends = new Map<InfoHash, { readonly count: number; readonly notBeforeMs: number }>();
  return {
    mayOffer: (infoHash, nowMs) => nowMs >= (ends.get(infoHash)?.notBeforeMs ?? nowMs),
    ended: (infoHash, useful, nowMs, random) => {
      const count = useful ? 1 : (ends.get(infoHash)?.count ?? 0) + 1;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (count - 1), LONGEST_PAUSE_MS);
      ends.set(infoHash, { count, notBeforeMs: nowMs + pauseMs * (1 - JITTER * random()) });
    },
    forget: (infoHash) => void ends.delete(infoHash),
    waitMs: (nowMs) => {
      const waits = Array.from(ends.values(), ({ notBeforeMs }) => notBeforeMs - nowMs).filter(
        (wait) => wait > 0,
      );
      return waits.length === 0 ? undefined : Math.min(...waits);
    },
  };
}
