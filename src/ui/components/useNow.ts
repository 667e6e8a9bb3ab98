import { useSyncExternalStore } from 'react';

/** One timer for the whole page; ages are shown in seconds for one minute at most, so 5 s is fine enough. */
const TICK_MS = 5_000;

const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function snapshot(): number {
  if (timer === undefined) nowMs = Date.now();
  return nowMs;
}

/** The wall clock in milliseconds, read again every five seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, snapshot);
}
