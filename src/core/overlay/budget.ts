/** A token bucket: `burst` at once, then `perSecond`. What is over it is dropped, so that no peer sets our pace. */
export interface Budget {
  /** True, and one less, if there is one. */
  take(nowMs: number): boolean;
  /** How many there are, a part of one too. */
  left(nowMs: number): number;
  /** Milliseconds until there is one. */
  waitMs(nowMs: number): number;
}

export interface BudgetRate {
  readonly burst: number;
  readonly perSecond: number;
}

export function createBudget({ burst, perSecond }: BudgetRate): Budget {
  let tokens = burst;
  let filledMs: number | undefined;
  const fill = (nowMs: number) => {
    tokens = Math.min(burst, tokens + ((nowMs - (filledMs ?? nowMs)) * perSecond) / 1_000);
    filledMs = nowMs;
  };
  return {
    take: (nowMs) => {
      fill(nowMs);
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
    left: (nowMs) => {
      fill(nowMs);
      return tokens;
    },
    waitMs: (nowMs) => {
      fill(nowMs);
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1_000) / perSecond);
    },
  };
}
