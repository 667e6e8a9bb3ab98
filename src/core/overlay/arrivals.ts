import type { ItemId } from '../wire/link/item.ts';
import type { ItemSource, Priority } from './input.ts';

/** How the latest items came here: to tell a second copy from a tree that has a circle, and what is urgent when it is asked for. */
export interface Arrivals {
  put(item: ItemId, arrival: Arrival): void;
  get(item: ItemId): Arrival | undefined;
}

export interface Arrival {
  readonly source: ItemSource;
  readonly hops: number;
  readonly priority: Priority;
}

/** A guess: items that are remembered; the oldest goes first. */
const MAX_ITEMS = 1024;

export function createArrivals(): Arrivals {
  const arrivals = new Map<ItemId, Arrival>();
  return {
    get: (item) => arrivals.get(item),
    put: (item, arrival) => {
      arrivals.set(item, arrival);
      const oldest = arrivals.size > MAX_ITEMS ? arrivals.keys().next().value : undefined;
      if (oldest !== undefined) arrivals.delete(oldest);
    },
  };
}
