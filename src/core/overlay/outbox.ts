import { type ItemId, type ItemSlot, referenceOf, slotOf } from '../wire/link/item.ts';
import type { AnnouncedItem, Topic } from '../wire/link/overlay.ts';
import type { Priority } from './input.ts';

/**
 * What waits for one link that is slow. It stays small however long that lasts: a statement gives way to the next of its slot,
 * and entries beyond a few are only announced, for the peer to ask for when it can take them.
 */
export interface Outbox {
  put(waiting: WaitingItem): 'waiting' | 'full';
  /** All that waited: pushes by priority, each priority in the order of arrival, and what is only announced. */
  drain(): { readonly pushes: readonly WaitingItem[]; readonly announcements: readonly TopicItem[] };
}

export interface WaitingItem {
  readonly item: ItemId;
  readonly topic: Topic;
  readonly hops: number;
  readonly priority: Priority;
}

export type TopicItem = AnnouncedItem & { readonly topic: Topic };

/** A guess: entries that are pushed when the link drains; a few full ones stay under what a link takes at once. */
const MAX_ENTRIES = 16;
/** A guess: statements of as many slots, and entries that are announced. Beyond that the link is of no use. */
const MAX_WAITING = 4096;
const ORDER: readonly Priority[] = ['urgent', 'normal', 'background'];

export function createOutbox(): Outbox {
  let entries: WaitingItem[] = [];
  let announcements: TopicItem[] = [];
  const statements = new Map<ItemSlot, WaitingItem>();
  return {
    put: (waiting) => {
      if (referenceOf(waiting.item).type === 'statement') {
        statements.delete(slotOf(waiting.item));
        statements.set(slotOf(waiting.item), waiting);
      } else if (entries.length < MAX_ENTRIES) entries.push(waiting);
      else announcements.push({ item: waiting.item, topic: waiting.topic, hops: waiting.hops - 1 });
      return statements.size + announcements.length > MAX_WAITING ? 'full' : 'waiting';
    },
    drain: () => {
      const waiting = [...entries, ...statements.values()];
      const drained = {
        pushes: ORDER.flatMap((priority) => waiting.filter((item) => item.priority === priority)),
        announcements,
      };
      entries = [];
      announcements = [];
      statements.clear();
      return drained;
    },
  };
}
