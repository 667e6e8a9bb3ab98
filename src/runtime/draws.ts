import type { Randomness } from '../ports/clock.ts';

/** Asking the system costs far more than a number does. */
const AT_ONCE = 64;

/** Numbers from 0 up to 1, each used once, of 32 bits from a source that nobody can predict. */
export function createDraws(randomness: Randomness): () => number {
  let drawn = new Uint32Array(0);
  let next = 0;
  return () => {
    if (next === drawn.length) {
      drawn = new Uint32Array(randomness.bytes(AT_ONCE * 4).slice().buffer);
      next = 0;
    }
    return drawn[next++]! / 2 ** 32;
  };
}
