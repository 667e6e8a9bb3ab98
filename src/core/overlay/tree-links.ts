import type { NodeId } from '../wire/encoding/ids.ts';
import type { Topic } from '../wire/link/overlay.ts';
import { createLink, type Link } from './broadcast-link.ts';
import type { BroadcastTurn } from './broadcast-turn.ts';

/** The links with neighbours, each eager or lazy for each topic (Plumtree, section 3.6: eagerPushPeers and lazyPushPeers). */
export interface TreeLinks extends Iterable<[NodeId, Link]> {
  get(peer: NodeId): Link | undefined;
  peers(): readonly NodeId[];
  onLinkUp(peer: NodeId): void;
  onLinkDown(peer: NodeId): void;
  isLazy(peer: NodeId, topic: Topic): boolean;
  /** It became lazy so lately that what comes by it may have been pushed before the other end read of that. */
  isSetAside(peer: NodeId, topic: Topic): boolean;
  /** Makes this end eager without a word; false where it is already, or gone. */
  join(peer: NodeId, topic: Topic): boolean;
  /** Makes both ends eager; false where this one is already, or gone. */
  graft(peer: NodeId, topic: Topic): boolean;
  /** Makes both ends lazy. Where this one is already it says so again, since the other seems not to know. */
  prune(peer: NodeId, topic: Topic): void;
  /** The other end made itself lazy. */
  onPrune(peer: NodeId, topic: Topic): void;
}

/** A guess: topics that a neighbour may take itself off the tree of. */
const MAX_LAZY_TOPICS = 1024;
/**
 * A guess: what was pushed before the other end read that the link is lazy comes within this time, also on a line that is full. Longer
 * leaves a link one-sided for longer whose ends made it eager and lazy at the same time.
 */
const UNDER_WAY_MS = 10_000;

export function createTreeLinks(turn: BroadcastTurn): TreeLinks {
  const links = new Map<NodeId, Link>();
  const isSetAside = (peer: NodeId, topic: Topic) => {
    const sinceMs = links.get(peer)?.lazySinceMs.get(topic);
    return sinceMs !== undefined && turn.nowMs - sinceMs < UNDER_WAY_MS;
  };
  const join = (peer: NodeId, topic: Topic) => links.get(peer)?.lazySinceMs.delete(topic) ?? false;

  return {
    [Symbol.iterator]: () => links[Symbol.iterator](),
    get: (peer) => links.get(peer),
    peers: () => [...links.keys()],
    onLinkUp: (peer) => {
      links.set(peer, createLink());
    },
    onLinkDown: (peer) => {
      links.delete(peer);
    },
    isLazy: (peer, topic) => links.get(peer)?.lazySinceMs.has(topic) ?? false,
    isSetAside,
    join,
    graft: (peer, topic) => {
      const isMade = join(peer, topic);
      if (isMade) turn.send(peer, { type: 'graft', topic, items: [] });
      return isMade;
    },
    prune: (peer, topic) => {
      const link = links.get(peer);
      if (link === undefined || isSetAside(peer, topic)) return;
      link.lazySinceMs.set(topic, turn.nowMs);
      turn.send(peer, { type: 'prune', topic });
    },
    onPrune: (peer, topic) => {
      const lazy = links.get(peer)?.lazySinceMs;
      // Attack: topics without end.
      if (lazy !== undefined && lazy.size < MAX_LAZY_TOPICS) lazy.set(topic, turn.nowMs);
    },
  };
}
