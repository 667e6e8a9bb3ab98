import type { NodeId } from '../wire/encoding/ids.ts';
import { type BriefName, briefNameOf } from '../wire/link/brief-name.ts';
import type { ItemId } from '../wire/link/item.ts';
import type { AnnouncedItem, BroadcastMessage, SiteEntrance, Topic } from '../wire/link/overlay.ts';
import { createAnnouncing, PASSED_MS } from './announcing.ts';
import type { BroadcastTurn } from './broadcast-turn.ts';
import { createLazyQueue, type LazyQueue } from './lazy-queue.ts';
import type { PlumtreeConfig } from './plumtree-config.ts';

/**
 * What waits to be announced on each link. Across the border of a site it is gathered for longer and said by brief names: a site's line is
 * shared by all links that cross, and to name an item on each of them would cost more than the item itself.
 */
export interface Announcements {
  onLinkUp(peer: NodeId): void;
  onLinkDown(peer: NodeId): void;
  /** `pushed`: whether the item goes along the tree besides. */
  put(to: NodeId, topic: Topic, item: AnnouncedItem, pushed: boolean): void;
  /** The neighbour holds the item and had it after `hops`. */
  heldThere(peer: NodeId, topic: Topic, item: AnnouncedItem): void;
  /** At the timer of the links inside, or of those that cross. */
  send(which: 'inside' | 'across'): void;
}

/** A guess: what never stops coming holds up announcements across a border for this long at most. */
const MOST_ACROSS_MS = 1_000;

export function createAnnouncements(deps: {
  readonly gather: PlumtreeConfig['gather'];
  readonly turn: BroadcastTurn;
  readonly isNear: (peer: NodeId) => boolean;
  /** Whether the link leads out of a site in which this node has neighbours. */
  readonly crosses: (peer: NodeId) => boolean;
  readonly entranceOf: (item: ItemId) => SiteEntrance | undefined;
}): Announcements {
  const { gather, turn, isNear, crosses } = deps;
  const queues = new Map<NodeId, LazyQueue>();
  const times = {
    inside: createAnnouncing(gather, PASSED_MS.inside),
    across: createAnnouncing({ ...gather, mostMs: MOST_ACROSS_MS }, PASSED_MS.across),
  };
  const TIMERS = { inside: 'announce', across: 'announce-across' } as const;
  const whichOf = (peer: NodeId) => (crosses(peer) ? 'across' : 'inside');

  const sendBriefly = (to: NodeId, { topic, items }: Extract<BroadcastMessage, { type: 'ihave' }>) => {
    const brief: { name: BriefName; hops: number }[] = [];
    const whole: AnnouncedItem[] = [];
    for (const announced of items) {
      const name = briefNameOf(announced.item);
      if (name === undefined) whole.push(announced);
      else brief.push({ name, hops: announced.hops });
    }
    if (brief.length > 0) turn.send(to, { type: 'ihave-brief', topic, items: brief });
    if (whole.length > 0) turn.send(to, { type: 'ihave', topic, pushed: true, items: whole });
  };

  return {
    onLinkUp: (peer) => {
      queues.set(peer, createLazyQueue());
    },
    onLinkDown: (peer) => {
      queues.delete(peer);
    },
    put: (to, topic, item, pushed) => {
      queues.get(to)?.put(topic, pushed, item);
      const which = whichOf(to);
      const delayMs = times[which].put(pushed, turn.nowMs, turn.random);
      if (delayMs !== undefined) turn.schedule(TIMERS[which], delayMs);
    },
    heldThere: (peer, topic, item) => queues.get(peer)?.heldThere(topic, item),
    send: (which) => {
      times[which].handleTimer();
      for (const [to, queue] of queues) {
        if (whichOf(to) !== which) continue;
        for (const message of queue.drain()) {
          // What nobody pushes is asked for at once, and may be older than what brief names are remembered of.
          if (which === 'across' && message.pushed) sendBriefly(to, message);
          else if (isNear(to))
            turn.send(to, {
              ...message,
              items: message.items.map((announced) => ({
                ...announced,
                entrance: deps.entranceOf(announced.item),
              })),
            });
          else turn.send(to, message);
        }
      }
    },
  };
}
