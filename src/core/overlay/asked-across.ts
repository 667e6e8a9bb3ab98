import type { NodeId } from '../wire/encoding/ids.ts';
import type { ItemId } from '../wire/link/item.ts';
import { type AnnouncedAs, keyOf } from './missing-items.ts';

/**
 * What was asked for across the border of the site, and of whom: also when it has come meanwhile, or was given up, since a slow line brings
 * what was asked for long after.
 */
export interface AskedAcross {
  put(as: AnnouncedAs, of: NodeId): void;
  has(item: ItemId, of: NodeId): boolean;
}

/** A guess: more than what one node asks for while an answer is under way. The oldest goes first. */
const MAX_ITEMS = 1024;

export function createAskedAcross(): AskedAcross {
  const asked = new Map<string, Set<NodeId>>();
  return {
    put: (as, of) => {
      const key = keyOf(as);
      const known = asked.get(key) ?? new Set();
      asked.delete(key);
      asked.set(key, known.add(of));
      const oldest = asked.size > MAX_ITEMS ? asked.keys().next().value : undefined;
      if (oldest !== undefined) asked.delete(oldest);
    },
    has: (item, of) => asked.get(keyOf({ type: 'item', item }))?.has(of) ?? false,
  };
}
