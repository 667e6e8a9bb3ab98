import type { NodeId } from '../wire/encoding/ids.ts';
import type { ItemId } from '../wire/link/item.ts';
import { type AnnouncedItem, MAX_ITEM_HOPS, type SiteEntrance, type Topic } from '../wire/link/overlay.ts';
import type { Arrivals } from './arrivals.ts';
import type { BroadcastTurn } from './broadcast-turn.ts';
import { isBetterEntrance, isSameEntrance, isWorthItsWay, type SiteEntrances } from './site-entrances.ts';

/** The parts of a site that an item came into by different nodes, and how they come to be one. */
export interface SiteParts {
  /**
   * A neighbour of the site, which had the item after `hops`, says by whom it came in. True: that is another entrance than this node's,
   * one of the two parts hangs from the other from now on, and what was told says nothing else about the tree.
   */
  onEntranceTold(topic: Topic, announced: AnnouncedItem, from: NodeId): boolean;
  /** The site has the item by that entrance: whoever hangs on this node is told. `hops`: after which it comes here that way. */
  takeEntrance(
    topic: Topic,
    item: ItemId,
    way: { readonly entrance: SiteEntrance; readonly hops: number; readonly from: NodeId },
  ): void;
}

export function createSiteParts(deps: {
  readonly turn: BroadcastTurn;
  readonly arrivals: Arrivals;
  readonly entrances: SiteEntrances;
  /** Neighbours of this node's site. */
  readonly near: () => readonly NodeId[];
  readonly isLazy: (peer: NodeId, topic: Topic) => boolean;
  readonly prune: (peer: NodeId, topic: Topic) => void;
  readonly makeEager: (peer: NodeId, topic: Topic) => void;
}): SiteParts {
  const { turn, arrivals, entrances, isLazy } = deps;

  const tell = (to: NodeId, topic: Topic, announced: AnnouncedItem) =>
    turn.send(to, { type: 'ihave', topic, pushed: true, items: [announced] });

  const takeEntrance: SiteParts['takeEntrance'] = (topic, item, { entrance, hops, from }) => {
    const arrival = arrivals.get(item);
    if (arrival === undefined) return;
    arrivals.put(item, { ...arrival, source: { type: 'pushed', from, hops }, hops, entrance });
    for (const peer of deps.near())
      if (peer !== from && !isLazy(peer, topic))
        tell(peer, topic, { item, hops: Math.min(hops, MAX_ITEM_HOPS), entrance });
  };

  return {
    takeEntrance,
    onEntranceTold: (topic, { item, hops, entrance }, from) => {
      const arrival = arrivals.get(item);
      const theirs = entrances.said(from, entrance);
      const ours = arrival?.entrance;
      if (arrival === undefined || ours === undefined || theirs === undefined || isSameEntrance(ours, theirs))
        return false;
      if (!isBetterEntrance(theirs, ours)) {
        if (!theirs.asked && isWorthItsWay(theirs, hops, arrival.hops + 1)) return false;
        tell(from, topic, { item, hops: arrival.hops, entrance: ours });
        return true;
      }
      if (!ours.asked && isWorthItsWay(ours, arrival.hops, hops + 1)) return false;
      const { source } = arrival;
      const isWayIn = source.type === 'pushed' && !entrances.isNear(source.from);
      const givesWay = isWayIn && !isLazy(source.from, topic);
      if (source.type === 'own' || (givesWay && !entrances.mayGiveWay(turn.nowMs))) return true;
      if (givesWay) deps.prune(source.from, topic);
      deps.makeEager(from, topic);
      takeEntrance(topic, item, { entrance: theirs, hops: hops + 1, from });
      return true;
    },
  };
}
