import type { NodeId } from '../wire/encoding/ids.ts';
import type { ItemId } from '../wire/link/item.ts';
import type { Topic } from '../wire/link/overlay.ts';

/**
 * Plumtree's tree optimisation (section 3.8): a lazy neighbour that is nearer to the author takes the place of the
 * parent, the neighbour that pushes. The change is made only if the neighbour was nearer for some items in a row, after
 * the last of them has reached all nodes, and while no other item follows. Then all nodes that change something do so
 * for the same author, and each new parent had the item after fewer hops, which keeps the tree connected. Changes for
 * authors in different places break the tree where they meet.
 */
export interface TreeOptimisation {
  /** An item of the topic came, from `parent` unless it is this node's own or came in bulk. */
  onAccepted(topic: Topic, item: ItemId, parent: NodeId | undefined): void;
  /** A lazy neighbour has an item that came before. True: a change may be due after `QUIET_MS`. */
  consider(topic: Topic, item: ItemId, way: OtherWay): boolean;
  /** Changes to make, each told once. What is not ready waits for another item in the row. */
  due(isReady: (change: TreeChange) => boolean): readonly TreeChange[];
}

/** `parent` pushed an item after `hops`; `by` announced it, or pushed it later, having it after `byHops`. */
export interface OtherWay {
  readonly parent: NodeId;
  readonly hops: number;
  readonly by: NodeId;
  readonly byHops: number;
  readonly shownBy: 'announcement' | 'copy';
}

export interface TreeChange {
  readonly topic: Topic;
  readonly parent: NodeId;
  readonly by: NodeId;
}

/** Items in a row that would have come over `by` in fewer hops than `parent` brought them in. */
interface Row {
  readonly parent: NodeId;
  readonly by: NodeId;
  readonly nearer: number;
  readonly muchNearer: number;
}

interface LatestItem {
  readonly item: ItemId;
  readonly parent: NodeId | undefined;
  /** The parent of the item before. */
  readonly formerParent: NodeId | undefined;
}

/** The neighbour that had the latest item of a topic after the fewest hops, fewer than the parent's way took. */
interface NearerNeighbour {
  readonly hops: number;
  readonly item: ItemId;
  /** Up to this item. */
  readonly row: Row;
  /** Up to the one before. */
  readonly before: Row | undefined;
}

/**
 * Guesses: items in a row for which the same neighbour must have been nearer, and two hops nearer. Authors in different
 * places change a tree that they share to and fro, and each change breaks it where items are on their way: more items
 * keep it stable. Fewer shorten the paths of a single author sooner. Plumtree makes the same trade with a threshold of
 * 7 hops. Here a single author's tree becomes a breadth-first one, because one superfluous hop in each layer would add
 * up along a path.
 */
const OPTIMISE_ITEMS = { nearer: 7, muchNearer: 3 } as const;
const MUCH_NEARER_HOPS = 2;
/**
 * A guess: a tree is not changed while items of its topic follow each other faster than this. It is longer than an item
 * takes to reach all nodes, half a second at 1,000 nodes. A longer time never shortens the trees of authors that speak
 * often; a shorter one breaks trees that many authors share.
 */
export const QUIET_MS = 1_000;
/** A guess: topics whose trees are watched; the one that was quiet longest goes first. */
const MAX_TOPICS = 1024;

/** Whether what came after `hops` would have come over the neighbour that had it after `byHops` in fewer. */
export function isNearer(hops: number, byHops: number): boolean {
  return hopsSaved(hops, byHops) > 0;
}

function hopsSaved(hops: number, byHops: number): number {
  return hops - (byHops + 1);
}

function nextOf(before: Row | undefined, parent: NodeId, by: NodeId, saved: number): Row {
  const same = before?.by === by && before.parent === parent ? before : undefined;
  return {
    parent,
    by,
    nearer: (same?.nearer ?? 0) + 1,
    muchNearer: saved >= MUCH_NEARER_HOPS ? (same?.muchNearer ?? 0) + 1 : 0,
  };
}

/**
 * The parent of the item before pushed this one late. What delayed it, such as a lost packet, will not delay the next
 * item: change back at once.
 */
function rowOfFormerParent(parent: NodeId, by: NodeId): Row {
  return { parent, by, nearer: OPTIMISE_ITEMS.nearer, muchNearer: 0 };
}

function isLongEnough({ nearer, muchNearer }: Row): boolean {
  return nearer >= OPTIMISE_ITEMS.nearer || muchNearer >= OPTIMISE_ITEMS.muchNearer;
}

export function createTreeOptimisation(): TreeOptimisation {
  const nearer = new Map<Topic, NearerNeighbour>();
  const latest = new Map<Topic, LatestItem>();

  return {
    onAccepted: (topic, item, parent) => {
      const before = latest.get(topic);
      // No neighbour was nearer for the item before this one, so the row of earlier items is broken.
      if (nearer.get(topic)?.item !== before?.item) nearer.delete(topic);
      latest.delete(topic);
      latest.set(topic, { item, parent, formerParent: before?.parent });
      const oldest = latest.size > MAX_TOPICS ? latest.keys().next().value : undefined;
      if (oldest === undefined) return;
      latest.delete(oldest);
      nearer.delete(oldest);
    },
    consider: (topic, item, { parent, hops, by, byHops, shownBy }) => {
      const last = latest.get(topic);
      if (last?.item !== item || !isNearer(hops, byHops) || by === parent) return false;
      const known = nearer.get(topic);
      const ofThisItem = known?.item === item ? known : undefined;
      const before = ofThisItem === undefined ? known?.row : ofThisItem.before;
      const row =
        shownBy === 'copy' && by === last.formerParent
          ? rowOfFormerParent(parent, by)
          : nextOf(before, parent, by, hopsSaved(hops, byHops));
      if (ofThisItem !== undefined) {
        if (isLongEnough(ofThisItem.row) && !isLongEnough(row)) return false;
        if (ofThisItem.hops < byHops) return false;
        if (ofThisItem.hops === byHops && before?.by !== by) return false;
      }
      nearer.set(topic, { hops: byHops, item, row, before });
      return isLongEnough(row);
    },
    due: (isReady) => {
      const changes: TreeChange[] = [];
      for (const [topic, { item, row }] of nearer) {
        if (!isLongEnough(row) || item !== latest.get(topic)?.item) continue;
        const change = { topic, parent: row.parent, by: row.by };
        if (!isReady(change)) continue;
        nearer.delete(topic);
        changes.push(change);
      }
      return changes;
    },
  };
}
