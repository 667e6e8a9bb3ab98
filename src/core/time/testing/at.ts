import type { Instant } from '../instant.ts';

/** That many milliseconds after both clocks began, for tests in which nobody sets the wall clock. */
export function at(ms: number): Instant {
  return { monotonicMs: ms, wallMs: ms };
}
