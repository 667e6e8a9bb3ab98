/** A guess: a page that works sends about one beat a second; a flood of errors is the most that an honest one does. */
const MAX_MESSAGES = 60;
const WINDOW_MS = 10_000;

/** Says whether one more message of a type is taken. Attack: a release that posts without end to keep the shell busy. */
export function createMessageBudgets(monotonicMs: () => number): (type: string) => boolean {
  return createBudgets(monotonicMs, WINDOW_MS, () => MAX_MESSAGES);
}

/**
 * Says whether one more of a type is taken: in each window of time so many are. Each type has its own budget, so that no number of
 * errors keeps a word of health from being heard.
 */
export function createBudgets<Type extends string>(
  monotonicMs: () => number,
  windowMs: number,
  most: (type: Type) => number,
): (type: Type) => boolean {
  const windows = new Map<Type, { beganMs: number; taken: number }>();
  return (type) => {
    const now = monotonicMs();
    let window = windows.get(type);
    if (window === undefined || now - window.beganMs >= windowMs) {
      window = { beganMs: now, taken: 0 };
      windows.set(type, window);
    }
    window.taken += 1;
    return window.taken <= most(type);
  };
}
