import type { KeptPlace } from '../../ports/kept-place.ts';
import { putPlaces, readPlaces } from './kept-texts.ts';

/**
 * Numbers that must never go back (K1), over places of which any may fail, be cleared or go back: the highest wins, and raising mends
 * the others. A number that went back would sign a second entry under one sequence number, which is proof of a fork.
 */
export interface Counters {
  /** The highest that any place holds; 0 when none holds the name. */
  read(name: string): Promise<number>;
  /** Resolves once every place that works holds at least `value`. Rejects with StorageRefused when none does. */
  raise(name: string, value: number): Promise<void>;
}

export function createCounters(places: readonly KeptPlace[]): Counters {
  const read = async (name: string) =>
    Math.max(0, ...(await readPlaces(places, placeName(name))).map(countOf));
  return {
    read,
    raise: async (name, value) => {
      const highest = Math.max(value, await read(name));
      await putPlaces(places, placeName(name), String(highest), 'the counter');
    },
  };
}

function placeName(name: string): string {
  return `counter/${name}`;
}

/** Decimal digits alone: `Number` would read "1e9" and " 7 " too. */
function countOf(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return Number.isSafeInteger(value) ? value : 0;
}
