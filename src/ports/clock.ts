import type { MonotonicMs, WallMs } from '../core/time/instant.ts';

/** Time and chance, the only places the runtime takes them from. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. May jump either way. */
  nowMs(): WallMs;
  /** Milliseconds since the process began; never goes back. */
  monotonicMs(): MonotonicMs;
  /** Calls once after `delayMs`; the returned function cancels. */
  schedule(delayMs: number, run: () => void): () => void;
}

export interface Randomness {
  bytes(count: number): Uint8Array;
}
