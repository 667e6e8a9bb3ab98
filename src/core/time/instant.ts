/**
 * Milliseconds of a clock that never goes back and that nobody sets. Where it begins means nothing: of two readings in one run of a
 * program the difference counts, and it is no older than the run. While the machine sleeps it may stand still.
 */
export type MonotonicMs = number & { readonly clock?: 'monotonic' };

/** Milliseconds since 1970 as the machine has it. A person or a time server may set it by years, either way, at any moment. */
export type WallMs = number & { readonly clock?: 'wall' };

/**
 * One moment by both clocks; the types keep one from being taken for the other. What lasts (leases, patience, pauses, budgets, bans) is
 * measured by the monotonic one. The wall clock is for what people read, what is signed into entries and statements, and what is
 * compared with signed times.
 * Attack, and bad luck: by the wall clock a jump back keeps the dead present, and a jump ahead ends every lease and ban at once.
 */
export interface Instant {
  readonly monotonicMs: MonotonicMs;
  readonly wallMs: WallMs;
}
