/**
 * When what waits in the lazy queues is announced: once for what comes in a row, and not while a wave is passing, when neighbours have
 * better to do than to read what they will hold in a moment. All times are in ms on the caller's clock.
 */
export interface Announcing {
  /** An item came. */
  onAccepted(nowMs: number): void;
  /** An item waits to be announced, pushed along the tree besides or not. Returns the delay of the timer if it must be set anew. */
  put(pushed: boolean, nowMs: number): number | undefined;
  /** The timer fired. Returns the delay of the next if it is too soon; undefined when all that waits is to be sent now. */
  handleTimer(nowMs: number): number | undefined;
}

/**
 * Guesses: announcements are gathered for this long; longer makes fewer frames and more neighbours who turn out to hold the items,
 * shorter mends the tree sooner. What nobody pushes is spread by them alone.
 */
const GATHER_MS = { pushed: 100, unpushed: 20 } as const;
/** A guess: as long after the last item it has gone by; longer than it takes from the first node to the last. */
const PASSED_MS = 50;
/** A guess: items that never stop hold announcements up for this long at most, and so a break of the tree. */
const MAX_GATHER_MS = 250;

export function createAnnouncing(): Announcing {
  /** Undefined while nothing waits. */
  let gathering: { readonly sinceMs: number; fireAtMs: number; waits: boolean } | undefined;
  let acceptedAtMs = Number.NEGATIVE_INFINITY;

  return {
    onAccepted: (nowMs) => {
      acceptedAtMs = nowMs;
    },
    put: (pushed, nowMs) => {
      const delayMs = pushed ? GATHER_MS.pushed : GATHER_MS.unpushed;
      gathering ??= { sinceMs: nowMs, fireAtMs: Number.POSITIVE_INFINITY, waits: true };
      gathering.waits &&= pushed;
      if (nowMs + delayMs >= gathering.fireAtMs) return undefined;
      gathering.fireAtMs = nowMs + delayMs;
      return delayMs;
    },
    handleTimer: (nowMs) => {
      const passedAtMs = Math.min(acceptedAtMs + PASSED_MS, (gathering?.sinceMs ?? nowMs) + MAX_GATHER_MS);
      if (gathering?.waits && passedAtMs > nowMs) {
        gathering.fireAtMs = passedAtMs;
        // Rounded up: a timer that fires a rounding error early would set itself again for ever.
        return Math.max(1, Math.ceil(passedAtMs - nowMs));
      }
      gathering = undefined;
      return undefined;
    },
  };
}
