import type { NodeId } from '../wire/ids.ts';
import type { Topic } from '../wire/overlay.ts';

/**
 * Plumtree's tree optimisation (section 3.8): a lazy neighbour that is much nearer to the author takes the place of the one that
 * pushes. Only when it was so for some items in a row, after the last has come everywhere, and while no other follows: then all who
 * change something do it for one and the same author, which leaves the tree whole. Changes for authors in different places break it
 * where they meet.
 */
export interface TreeOptimisation {
  /** An item of the topic came. */
  onAccepted(topic: Topic, nowMs: number): void;
  /** `parent` pushed the topic's latest item after `hops`; `by` announced it, having it after `byHops`. True: a change may be due after `QUIET_MS`. */
  consider(topic: Topic, parent: NodeId, hops: number, by: NodeId, byHops: number): boolean;
  /** Changes to make, each told once. */
  due(): readonly TreeChange[];
}

export interface TreeChange {
  readonly topic: Topic;
  readonly parent: NodeId;
  readonly by: NodeId;
}

/** The neighbour that had the latest item of a topic after the fewest hops, fewer than the parent's way took. */
interface NearerNeighbour {
  readonly parent: NodeId;
  readonly by: NodeId;
  readonly hops: number;
  readonly latestMs: number;
  /** Items up to this one for which it was the same neighbour against the same parent. */
  readonly inARow: number;
  /** Who it was for the item before. */
  readonly before: { readonly parent: NodeId; readonly by: NodeId; readonly inARow: number } | undefined;
}

/** Plumtree's threshold trades a stable tree against short paths and is 7 there; ours is lower, so that paths stay near the shortest. */
const OPTIMISE_HOPS = 2;
/**
 * A guess: items in a row for which the same neighbour must have been nearer. Authors in different places pull a tree that they share
 * to and fro, and each pull breaks it where items are on their way; fewer shortens the paths of a lone author sooner.
 */
const OPTIMISE_ITEMS = 3;
/** A guess: items of a topic that follow each other faster than this leave its tree as it is; longer than an item is on its way. */
export const QUIET_MS = 500;
/** A guess: topics whose trees are watched; the one that was quiet longest goes first. */
const MAX_TOPICS = 1024;

/** Whether what came after `hops` would have come over the neighbour that had it after `byHops` in far fewer. */
export function isMuchNearer(hops: number, byHops: number): boolean {
  return hops - (byHops + 1) >= OPTIMISE_HOPS;
}

export function createTreeOptimisation(): TreeOptimisation {
  const nearer = new Map<Topic, NearerNeighbour>();
  /** When the last item of a topic came. */
  const latest = new Map<Topic, number>();

  return {
    onAccepted: (topic, nowMs) => {
      // Nobody was nearer for the item before this one: what came earlier is no row any more.
      if (nearer.get(topic)?.latestMs !== latest.get(topic)) nearer.delete(topic);
      latest.delete(topic);
      latest.set(topic, nowMs);
      const oldest = latest.size > MAX_TOPICS ? latest.keys().next().value : undefined;
      if (oldest === undefined) return;
      latest.delete(oldest);
      nearer.delete(oldest);
    },
    consider: (topic, parent, hops, by, byHops) => {
      const latestMs = latest.get(topic);
      if (latestMs === undefined || !isMuchNearer(hops, byHops) || by === parent) return false;
      const known = nearer.get(topic);
      const ofThisItem = known?.latestMs === latestMs ? known : undefined;
      const before = ofThisItem === undefined ? known : ofThisItem.before;
      if (ofThisItem !== undefined && ofThisItem.hops < byHops) return false;
      if (ofThisItem?.hops === byHops && before?.by !== by) return false;
      const inARow = before?.by === by && before.parent === parent ? before.inARow + 1 : 1;
      nearer.set(topic, {
        parent,
        by,
        hops: byHops,
        latestMs,
        inARow,
        before: before && { parent: before.parent, by: before.by, inARow: before.inARow },
      });
      return inARow >= OPTIMISE_ITEMS;
    },
    due: () => {
      const changes: TreeChange[] = [];
      for (const [topic, { parent, by, latestMs, inARow }] of nearer) {
        if (inARow < OPTIMISE_ITEMS || latestMs !== latest.get(topic)) continue;
        nearer.delete(topic);
        changes.push({ topic, parent, by });
      }
      return changes;
    },
  };
}
