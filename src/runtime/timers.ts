import type { Clock } from '../ports/clock.ts';

/** Named timers: scheduling one again moves it. */
export interface Timers<Name extends string> {
  schedule(timer: Name, delayMs: number): void;
  cancel(timer: Name): void;
  isPending(timer: Name): boolean;
  close(): void;
}

export function createTimers<Name extends string>(
  clock: Clock,
  onFired: (timer: Name) => void,
): Timers<Name> {
  const pending = new Map<string, () => void>();
  let closed = false;
  const cancel = (timer: string) => {
    pending.get(timer)?.();
    pending.delete(timer);
  };
  return {
    schedule: (timer, delayMs) => {
      if (closed) return;
      cancel(timer);
      const stop = clock.schedule(delayMs, () => {
        pending.delete(timer);
        onFired(timer);
      });
      pending.set(timer, stop);
    },
    cancel,
    isPending: (timer) => pending.has(timer),
    close: () => {
      closed = true;
      for (const timer of [...pending.keys()]) cancel(timer);
    },
  };
}
