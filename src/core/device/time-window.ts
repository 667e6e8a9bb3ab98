import type { DeviceEffect, DeviceTimer } from './input.ts';

/** A guess: timers of a busy page are tenths of a second late; later than this the page or its whole machine stood still. */
const LATE_MS = 2_000;

/**
 * A time within which something has to happen. When its timer comes late the machine stood still meanwhile, and who was to act may not
 * have had the time: it gets one more.
 */
export interface TimeWindow {
  /** Begins, again where it had begun. */
  open(lengthMs: number, nowMs: number): void;
  close(): void;
  /** Its timer fired: whether the time is up. */
  isOver(nowMs: number): boolean;
}

export function createTimeWindow(timer: DeviceTimer, emit: (effect: DeviceEffect) => void): TimeWindow {
  let current:
    | { readonly lengthMs: number; readonly endsAtMs: number; readonly isSecond: boolean }
    | undefined;

  const begin = (lengthMs: number, nowMs: number, isSecond: boolean) => {
    current = { lengthMs, endsAtMs: nowMs + lengthMs, isSecond };
    emit({ type: 'schedule-timer', timer, delayMs: lengthMs });
  };

  return {
    open: (lengthMs, nowMs) => begin(lengthMs, nowMs, false),
    close: () => {
      if (current === undefined) return;
      current = undefined;
      emit({ type: 'cancel-timer', timer });
    },
    isOver: (nowMs) => {
      // It fired in the moment in which it was closed.
      if (current === undefined) return false;
      const { lengthMs, endsAtMs, isSecond } = current;
      if (nowMs - endsAtMs > LATE_MS && !isSecond) {
        begin(lengthMs, nowMs, true);
        return false;
      }
      current = undefined;
      return true;
    },
  };
}
