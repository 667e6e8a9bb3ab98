import { createEventQueue } from './event-queue.ts';
import { createTraceHash, type TraceHash } from './trace-hash.ts';

/** Discrete-event simulation: time stands still while an event is handled, and jumps to the next. */
export interface Simulation {
  /** Virtual time since the start. */
  readonly nowMs: number;
  readonly eventsHandled: number;
  readonly trace: TraceHash;
  /** Things due at one time happen in the order in which they were scheduled. */
  schedule(delayMs: number, action: () => void): void;
  /** Handles everything that is due until then; afterwards the clock stands there. */
  runUntil(timeMs: number): void;
}

export function createSimulation(onProgress: (nowMs: number, eventsHandled: number) => void): Simulation {
  const queue = createEventQueue<() => void>();
  const trace = createTraceHash();
  let nowMs = 0;
  let eventsHandled = 0;

  return {
    trace,
    get nowMs() {
      return nowMs;
    },
    get eventsHandled() {
      return eventsHandled;
    },
    schedule: (delayMs, action) => {
      if (!(delayMs >= 0)) throw new RangeError(`a delay of ${delayMs} ms: time does not run backwards`);
      queue.push(nowMs + delayMs, action);
    },
    runUntil: (timeMs) => {
      while (queue.nextTimeMs() <= timeMs) {
        nowMs = queue.nextTimeMs();
        queue.pop()!();
        if ((++eventsHandled & 0x3fff) === 0) onProgress(nowMs, eventsHandled);
      }
      nowMs = Math.max(nowMs, timeMs);
    },
  };
}
