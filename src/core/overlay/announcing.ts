import type { PlumtreeConfig } from './plumtree-config.ts';

/**
 * When what waits in the lazy queues is announced: once for what comes in a row, and not while a wave is passing, when neighbours have
 * better to do than to read what they will hold in a moment. All times are in ms on the caller's clock.
 */
export interface Announcing {
  /**
   * An item came that is to be announced; `pushed`: whether it goes along the tree besides. Returns the delay after which the timer must
   * fire from now on, undefined where it is set to that already.
   */
  put(pushed: boolean, nowMs: number, random: () => number): number | undefined;
  /** The timer fired: all that waits is sent. */
  handleTimer(): void;
}

/**
 * Guesses: so long after the last item its wave has gone by. Across the border of a site, where a line is shared and each frame has its
 * head, and where what is asked for waits anyway, it is longer: that makes fewer frames, shorter mends sooner what nobody of the site has
 * got. An item that no other follows is told of soon enough for the tree to be changed before the next (G4).
 */
export const PASSED_MS = { inside: 30, across: 250 } as const;
/** A guess, added by chance: of two ends that would announce to each other the later one hears that it need not. */
const SPREAD_MS = 40;

export function createAnnouncing(gather: PlumtreeConfig['gather'], passedMs: number): Announcing {
  /** Undefined while nothing waits; without `sinceMs` it waits for no wave. */
  let gathering:
    | { readonly sinceMs: number | undefined; readonly chanceMs: number; readonly fireAtMs: number }
    | undefined;

  const startAt = (nowMs: number, random: () => number) => ({
    sinceMs: nowMs,
    chanceMs: Math.floor(random() * SPREAD_MS),
    fireAtMs: Number.POSITIVE_INFINITY,
  });

  return {
    put: (pushed, nowMs, random) => {
      const waiting = gathering ?? startAt(nowMs, random);
      const { sinceMs, chanceMs } = waiting;
      if (!pushed) {
        const fireAtMs = Math.min(waiting.fireAtMs, nowMs + gather.unpushedMs);
        gathering = { sinceMs: undefined, chanceMs, fireAtMs };
        return fireAtMs === waiting.fireAtMs ? undefined : gather.unpushedMs;
      }
      if (sinceMs === undefined) return undefined;
      const passedAtMs = Math.max(sinceMs + gather.pushedMs, nowMs + passedMs);
      const fireAtMs = Math.min(passedAtMs + chanceMs, sinceMs + gather.mostMs);
      if (fireAtMs === waiting.fireAtMs) return undefined;
      gathering = { sinceMs, chanceMs, fireAtMs };
      return Math.max(0, fireAtMs - nowMs);
    },
    handleTimer: () => {
      gathering = undefined;
    },
  };
}
