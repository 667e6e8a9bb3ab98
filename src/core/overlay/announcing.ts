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
 * Guesses: announcements are gathered for this long; longer makes fewer frames and more neighbours who turn out to hold the items,
 * shorter mends the tree sooner. Measured on a busy machine: shorter than a wave takes, they slow down those who still wait for it. What
 * nobody pushes is spread by announcements alone.
 */
const GATHER_MS = { pushed: 160, unpushed: 20 } as const;
/** A guess: so long after the last item its wave has gone by. */
const PASSED_MS = 30;
/** A guess, added by chance: of two ends that would announce to each other the later one hears that it need not. */
const SPREAD_MS = 40;
/** A guess: items that never stop hold announcements up for this long at most, and so the mending of a break. */
const MAX_GATHER_MS = 400;

/** Inside a site, and where no node has another of its site. */
export const INSIDE: GatheringTimes = { passedMs: PASSED_MS, mostMs: MAX_GATHER_MS };
/**
 * Guesses: across the border of a site, where a line is shared and each frame has its head, and where what is asked for waits anyway.
 * Longer makes fewer frames, shorter mends sooner what nobody of the site has got. An item that no other follows is told of soon enough
 * for the tree to be changed before the next (G4).
 */
export const ACROSS: GatheringTimes = { passedMs: 250, mostMs: 1_000 };

interface GatheringTimes {
  /** So long after the last item its wave has gone by. */
  readonly passedMs: number;
  /** What never stops coming is held up for so long. */
  readonly mostMs: number;
}

export function createAnnouncing({ passedMs, mostMs }: GatheringTimes): Announcing {
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
        const fireAtMs = Math.min(waiting.fireAtMs, nowMs + GATHER_MS.unpushed);
        gathering = { sinceMs: undefined, chanceMs, fireAtMs };
        return fireAtMs === waiting.fireAtMs ? undefined : GATHER_MS.unpushed;
      }
      if (sinceMs === undefined) return undefined;
      const passedAtMs = Math.max(sinceMs + GATHER_MS.pushed, nowMs + passedMs);
      const fireAtMs = Math.min(passedAtMs + chanceMs, sinceMs + mostMs);
      if (fireAtMs === waiting.fireAtMs) return undefined;
      gathering = { sinceMs, chanceMs, fireAtMs };
      return Math.max(0, fireAtMs - nowMs);
    },
    handleTimer: () => {
      gathering = undefined;
    },
  };
}
