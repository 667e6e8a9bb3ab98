/** A guess: a page that works sends about one a second; a flood of errors is the most that an honest one does. */
const MAX_MESSAGES = 60;
const WINDOW_MS = 10_000;

/** Says whether one more message is taken. Attack: a release that posts without end to keep the shell busy. */
export function createMessageBudget(monotonicMs: () => number): () => boolean {
  let windowStart = Number.NEGATIVE_INFINITY;
  let taken = 0;
  return () => {
    const now = monotonicMs();
    if (now - windowStart >= WINDOW_MS) {
      windowStart = now;
      taken = 0;
    }
    taken += 1;
    return taken <= MAX_MESSAGES;
  };
}
