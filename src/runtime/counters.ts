import { StorageRefused } from '../ports/content.ts';
import type { CounterPlace, Counters } from '../ports/counters.ts';

/** Counters over places of which any may fail, be cleared or go back: the highest wins, and raising mends the others. */
export function createCounters(places: readonly CounterPlace[]): Counters {
  const heldBy = async (place: CounterPlace, name: string): Promise<number> => {
    try {
      const value = await place.get(name);
      return value !== undefined && Number.isSafeInteger(value) && value > 0 ? value : 0;
    } catch {
      return 0;
    }
  };
  const read = async (name: string) =>
    Math.max(0, ...(await Promise.all(places.map((place) => heldBy(place, name)))));
  return {
    read,
    raise: async (name, value) => {
      const highest = Math.max(value, await read(name));
      const kept = await Promise.allSettled(places.map((place) => place.put(name, highest)));
      if (kept.every(({ status }) => status === 'rejected'))
        throw new StorageRefused(
          'The browser keeps nothing: no store took the counter. Free space or allow storage.',
        );
    },
  };
}
