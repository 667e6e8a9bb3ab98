import type { Instant } from '../core/time/instant.ts';
import type { Clock } from '../ports/clock.ts';

/** Both readings of one moment. */
export function instantOf(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): Instant {
  return { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() };
}
