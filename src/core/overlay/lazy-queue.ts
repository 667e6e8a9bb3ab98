import type { ItemId } from '../wire/link/item.ts';
import { type AnnouncedItem, type BroadcastMessage, MAX_ITEMS, type Topic } from '../wire/link/overlay.ts';
import { isNearer } from './tree-optimisation.ts';

/** Plumtree's lazyQueue of one link: items that wait to be announced to the neighbour. */
export interface LazyQueue {
  /** `pushed`: whether the item goes along the tree besides. */
  put(topic: Topic, pushed: boolean, item: AnnouncedItem): void;
  /** The neighbour holds the item and had it after `hops`: it is told only if this node could push the next ones in fewer. */
  heldThere(topic: Topic, item: AnnouncedItem): void;
  /** All that waited, by topic, in the order in which it was put. */
  drain(): readonly Extract<BroadcastMessage, { type: 'ihave' }>[];
}

export function createLazyQueue(): LazyQueue {
  const batches = new Map<string, { topic: Topic; pushed: boolean; hopsOf: Map<ItemId, number> }>();
  const keyOf = (topic: Topic, pushed: boolean) => `${pushed} ${topic}`;

  return {
    put: (topic, pushed, { item, hops }) => {
      const key = keyOf(topic, pushed);
      const batch = batches.get(key) ?? { topic, pushed, hopsOf: new Map<ItemId, number>() };
      batch.hopsOf.set(item, hops);
      batches.set(key, batch);
    },
    heldThere: (topic, { item, hops }) => {
      for (const pushed of [true, false]) {
        const waiting = batches.get(keyOf(topic, pushed))?.hopsOf;
        const ours = waiting?.get(item);
        if (ours !== undefined && !isNearer(hops, ours)) waiting!.delete(item);
      }
    },
    drain: () => {
      const messages = [...batches.values()].flatMap(({ topic, pushed, hopsOf }) => {
        const items = Array.from(hopsOf, ([item, hops]) => ({ item, hops }));
        return Array.from({ length: Math.ceil(items.length / MAX_ITEMS) }, (_, at) => ({
          type: 'ihave' as const,
          topic,
          pushed,
          items: items.slice(at * MAX_ITEMS, (at + 1) * MAX_ITEMS),
        }));
      });
      batches.clear();
      return messages;
    },
  };
}
