import type { Clock, Randomness } from '../../ports/clock.ts';

/** A clock that moves when it is told to. */
export interface ManualClock extends Clock {
  /** Runs what falls due, in order of time, and lets promises settle between. */
  advance(byMs: number): Promise<void>;
}

export function createManualClock(startMs = 1_700_000_000_000): ManualClock {
  let passedMs = 0;
  let order = 0;
  const due = new Map<number, { readonly atMs: number; readonly run: () => void }>();
  // A macrotask: promises of the code under test, WebCrypto's included, may settle before the next timer runs.
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  return {
    nowMs: () => startMs + passedMs,
    monotonicMs: () => passedMs,
    schedule(delayMs, run) {
      const key = order++;
      due.set(key, { atMs: passedMs + delayMs, run });
      return () => void due.delete(key);
    },
    async advance(byMs) {
      const endMs = passedMs + byMs;
      await settle();
      for (;;) {
        const next = [...due]
          .filter(([, timer]) => timer.atMs <= endMs)
          .sort(([a, first], [b, second]) => first.atMs - second.atMs || a - b)[0];
        if (next === undefined) break;
        due.delete(next[0]);
        passedMs = Math.max(passedMs, next[1].atMs);
        next[1].run();
        await settle();
      }
      passedMs = endMs;
    },
  };
}

/** Timers of the platform, for tests in which several parts really wait for each other. */
export function createTimerClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    schedule(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

/** Repeats for a given seed (xorshift32); never for keys that matter. */
export function createSeededRandomness(seed: number): Randomness {
  let state = seed | 0 || 1;
  return {
    bytes(count) {
      return Uint8Array.from({ length: count }, () => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return state & 255;
      });
    },
  };
}
