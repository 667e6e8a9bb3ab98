import { compareIds, type NodeId } from '../wire/encoding/ids.ts';
import type { SiteEntrance } from '../wire/link/overlay.ts';
import { createBudget } from './budget.ts';
import type { ItemSource } from './input.ts';

/**
 * By which of its nodes an item came into this node's site. Plumtree's trees count hops and know no sites: each node that an item reaches
 * from outside before its neighbours inside do keeps a way of its own across a line that all of them share. Here an item that came in by
 * two nodes is told of in the part of the site behind the worse of them, and that one gives up its way. All judge alike, so that nobody
 * need lead. What is judged is one item's wave: the part that was entered after more hops hangs from the other then, never the other way
 * round, so that a tree stays a tree.
 */
export interface SiteEntrances {
  /** Of this node's site. */
  isNear(peer: NodeId): boolean;
  /** `asked`: this node asked for it across the border. Undefined for what came in bulk, or where the sender says none that can be. */
  of(source: ItemSource, asked: boolean): SiteEntrance | undefined;
  /** What a neighbour says; undefined where it cannot be true: from another site, or of one. */
  said(by: NodeId, entrance: SiteEntrance | undefined): SiteEntrance | undefined;
  /** Whether this node may give up one more way into its site now. */
  mayGiveWay(nowMs: number): boolean;
}

/**
 * Guesses: hops that an item must save somewhere behind it for a second way into a site, and which share of those by which it comes in. More
 * leaves fewer copies on the line, fewer shorter trees: measured at 1,000 nodes (seed 1), a lone sender's last hop lies 2 below the
 * breadth-first depth with two hops, 3 with three, and with one the ways into a site fill a thin line. The share is more than two hops only
 * in trees that many senders share: with 200 nodes, and without it, three copies crossed a thin line with two of nine seeds.
 */
const WORTH_A_WAY = { hops: 2, shareOfAll: 1 / 4 };
/**
 * A guess: ways into its site that a node gives up at the word of others. More leaves fewer copies on the line after a break, less leaves
 * less to who lies. Attack: a node of the site says of each item that it came in by itself after no hops, and passes nothing on; then
 * each way that is given up makes the next item late by as long as it takes to be asked for across (G2).
 */
const GIVEN_WAYS = { burst: 8, perSecond: 1 / 30 } as const;

export function createSiteEntrances(
  self: NodeId,
  siteOf: (node: NodeId) => string | undefined,
): SiteEntrances {
  const given = createBudget(GIVEN_WAYS);
  const isNear = (peer: NodeId) => {
    const site = siteOf(self);
    return site !== undefined && siteOf(peer) === site;
  };
  const said = (by: NodeId, entrance: SiteEntrance | undefined) =>
    entrance !== undefined && isNear(by) && isNear(entrance.by) ? entrance : undefined;

  return {
    isNear,
    said,
    of: (source, asked) => {
      if (source.type === 'reconciled') return undefined;
      if (source.type === 'own') return { by: self, hops: 0, asked: false };
      const { from, hops, entrance } = source;
      if (isNear(from)) return said(from, entrance);
      return { by: self, hops, asked: asked || (entrance?.asked ?? false) };
    },
    mayGiveWay: (nowMs) => given.take(nowMs),
  };
}

/** What was asked for says nothing of the tree: what came along it is better. */
export function isBetterEntrance(one: SiteEntrance, other: SiteEntrance): boolean {
  if (one.asked !== other.asked) return other.asked;
  return one.hops < other.hops || (one.hops === other.hops && compareIds(one.by, other.by) < 0);
}

export function isSameEntrance(one: SiteEntrance, other: SiteEntrance): boolean {
  return one.by === other.by && one.asked === other.asked;
}

/**
 * Whether an entrance is kept beside a better one: without it the item would come to it so many hops later. It is judged where the two
 * parts of the site meet: there it came after `hops` by the one entrance, and would have come after `otherHops` by the better.
 */
export function isWorthItsWay(entrance: SiteEntrance, hops: number, otherHops: number): boolean {
  return otherHops + hops - 2 * entrance.hops >= hopsWorthAWay(entrance.hops);
}

/** `hops`: after which the item comes in by the second way. */
export function hopsWorthAWay(hops: number): number {
  return Math.max(WORTH_A_WAY.hops, Math.ceil(hops * WORTH_A_WAY.shareOfAll));
}
