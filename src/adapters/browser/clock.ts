import type { Clock, Randomness } from '../../ports/clock.ts';

export const browserClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

export const browserRandomness: Randomness = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};
