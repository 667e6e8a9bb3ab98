/** A token bucket: `burst` at once, refilled at `perSecond`. */
export interface TokenBucket {
  /** False when nothing is left. */
  take(nowMs: number): boolean;
}

export function createTokenBucket(burst: number, perSecond: number, startMs: number): TokenBucket {
  let tokens = burst;
  let lastMs = startMs;
  return {
    take(nowMs) {
      tokens = Math.min(burst, tokens + (Math.max(0, nowMs - lastMs) / 1000) * perSecond);
      lastMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
