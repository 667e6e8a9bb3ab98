import type { MonotonicMs } from '../time/instant.ts';
import type { DeviceEffect } from './input.ts';

/**
 * Whether what runs is busy, and what waits for it (D14). It holds up an interruption until the time that it gave, and no longer than the
 * bound from when that interruption was first wanted: the bound is the operator's, and a release that is busy for ever gains no more.
 */
export interface SwitchHold {
  /** What runs asks for so long. A page that is gone asks for nothing. */
  setBusy(untilMs: MonotonicMs): void;
  setBound(boundMs: number): void;
  /** Until when it holds up what was first wanted then; undefined: it does not. */
  heldUntilMs(wantedSinceMs: MonotonicMs, nowMs: MonotonicMs): MonotonicMs | undefined;
  /** A switch is due: whether it may take place now. Where not, its timer is set. */
  maySwitch(nowMs: MonotonicMs): boolean;
  /** Another switch is prepared in place of the one that waited: it has waited as long. */
  pause(): void;
  /** None is wanted any more. */
  end(): void;
  /** Until when the switch that is due waits at most; undefined while none does. */
  waitsUntilMs(): MonotonicMs | undefined;
}

export function createSwitchHold(maxBusyMs: number, emit: (effect: DeviceEffect) => void): SwitchHold {
  let busyUntilMs: MonotonicMs = 0;
  let boundMs = maxBusyMs;
  let wantedSinceMs: MonotonicMs | undefined;
  let endsAtMs: MonotonicMs | undefined;

  const heldUntilMs: SwitchHold['heldUntilMs'] = (sinceMs, nowMs) => {
    const untilMs = Math.min(busyUntilMs, sinceMs + boundMs);
    return untilMs > nowMs ? untilMs : undefined;
  };

  const pause = () => {
    if (endsAtMs !== undefined) emit({ type: 'cancel-timer', timer: 'hold' });
    endsAtMs = undefined;
  };

  return {
    setBusy: (untilMs) => {
      busyUntilMs = untilMs;
    },
    setBound: (ms) => {
      boundMs = ms;
    },
    heldUntilMs,
    maySwitch: (nowMs) => {
      wantedSinceMs ??= nowMs;
      const untilMs = heldUntilMs(wantedSinceMs, nowMs);
      if (untilMs === undefined) pause();
      else if (untilMs !== endsAtMs) {
        endsAtMs = untilMs;
        emit({ type: 'schedule-timer', timer: 'hold', delayMs: untilMs - nowMs });
      }
      return untilMs === undefined;
    },
    pause,
    end: () => {
      wantedSinceMs = undefined;
      pause();
    },
    waitsUntilMs: () => endsAtMs,
  };
}
