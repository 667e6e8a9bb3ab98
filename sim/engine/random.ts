/** Numbers from 0 up to 1, like Math.random, but the same ones for the same seed on every machine. */
export type Random = () => number;

/**
 * Randomness from one seed, a stream for each purpose: what one part of a simulation draws changes nothing for the others, so
 * that two machines can be compared in the same network.
 */
export interface RandomSource {
  stream(purpose: string): Random;
}

export function createRandomSource(seed: number): RandomSource {
  return {
    stream: (purpose) => createStream(mix(hashText(purpose) ^ Math.imul(seed | 0, 0x9e3779b1)), seed),
  };
}

/** sfc32 of Chris Doty-Humphrey's PractRand, 128 bits of state. */
function createStream(first: number, seed: number): Random {
  let a = first;
  let b = mix(first ^ (seed | 0));
  let c = mix(b + Math.floor(seed / 2 ** 32));
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // PractRand lets twelve numbers pass before the state counts as mixed.
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** FNV-1a (Fowler, Noll, Vo). */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

/** The finalizer of MurmurHash3 (Austin Appleby). */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  if (items.length === 0) throw new RangeError('nothing to pick from');
  return items[Math.floor(random() * items.length)]!;
}

/**
 * `count` of the items, or all, in random order (Fisher and Yates). What was swapped is noted beside the items, so that a few of very
 * many cost no copy of all.
 */
export function sample<Item>(items: readonly Item[], count: number, random: Random): Item[] {
  const taken = Math.min(count, items.length);
  const swapped = new Map<number, Item>();
  const itemAt = (index: number): Item => (swapped.has(index) ? swapped.get(index)! : items[index]!);
  return Array.from({ length: taken }, (_, index) => {
    const other = index + Math.floor(random() * (items.length - index));
    const item = itemAt(other);
    swapped.set(other, itemAt(index));
    return item;
  });
}
