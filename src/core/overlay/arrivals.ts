import { type BriefName, briefNameOf } from '../wire/link/brief-name.ts';
import type { ItemId } from '../wire/link/item.ts';
import type { SiteEntrance } from '../wire/link/overlay.ts';
import type { ItemSource, Priority } from './input.ts';

/** How the latest items came here: to tell a second copy from a tree that has a circle, and what is urgent when it is asked for. */
export interface Arrivals {
  put(item: ItemId, arrival: Arrival): void;
  get(item: ItemId): Arrival | undefined;
  /** The item of a brief name, of those that are remembered. */
  named(name: BriefName): ItemId | undefined;
}

export interface Arrival {
  readonly source: ItemSource;
  readonly hops: number;
  readonly priority: Priority;
  /** The best by which it is known to have come into this node's site; undefined where that is not known. */
  readonly entrance: SiteEntrance | undefined;
}

/** A guess: items that are remembered; the oldest goes first. */
const MAX_ITEMS = 1024;

export function createArrivals(): Arrivals {
  const arrivals = new Map<ItemId, Arrival>();
  const names = new Map<BriefName, ItemId>();
  return {
    get: (item) => arrivals.get(item),
    named: (name) => names.get(name),
    put: (item, arrival) => {
      arrivals.set(item, arrival);
      const name = briefNameOf(item);
      if (name !== undefined) names.set(name, item);
      const oldest = arrivals.size > MAX_ITEMS ? arrivals.keys().next().value : undefined;
      if (oldest === undefined) return;
      arrivals.delete(oldest);
      const itsName = briefNameOf(oldest);
      if (itsName !== undefined) names.delete(itsName);
    },
  };
}
