import type { Instant, MonotonicMs, WallMs } from './instant.ts';

/**
 * Times that outlive a run of the program. No monotonic reading means anything in the next run, so the wall clock is what is stored, and
 * at the next start it is turned into a reading of the new run's clock, once. In between the wall clock may have been set: what
 * that can do is bounded here, and a set clock never makes anything newer than now or last longer than it was to last.
 */

/**
 * The instant of what was stored as having happened at `atMs`. What the wall clock now puts into the future happened nobody knows how
 * long ago: before all else, so that what runs out has run out.
 * Attack (freeze, TUF 1.5.3): a clock that is set back before each start would keep an old beacon fresh for ever.
 */
export function happenedAt(atMs: WallMs, now: Instant): Instant {
  const agoMs = now.wallMs - atMs;
  return { wallMs: atMs, monotonicMs: agoMs < 0 ? Number.NEGATIVE_INFINITY : now.monotonicMs - agoMs };
}

/** The end, in this run, of what was stored as ending at `untilMs`, at most `longestMs` from now. */
export function endsAt(untilMs: WallMs, longestMs: number, now: Instant): MonotonicMs {
  return now.monotonicMs + Math.min(untilMs - now.wallMs, longestMs);
}

/** What the wall clock will say at `atMs`, or said, if nobody sets it: for people, and to be stored. Whole, and not before 1970. */
export function wallTimeOf(atMs: MonotonicMs, now: Instant): WallMs {
  return Math.max(0, Math.round(now.wallMs + (atMs - now.monotonicMs)));
}
