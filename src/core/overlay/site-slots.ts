import type { NodeId } from '../wire/encoding/ids.ts';
import type { HyParViewConfig } from './hyparview-config.ts';

/**
 * Which links the active view wants: most inside the site, because bytes are cheap there, and some that cross, because a view of
 * near nodes alone breaks the mesh into its sites. X-BOT (Leitão, Marques, Pereira, Rodrigues, SRDS 2009) keeps a share of its
 * view unbiased for that reason; here places are reserved. A node without a site has no bias.
 */
export interface SiteSlots {
  isNear(peer: NodeId): boolean;
  /** The next node to dial, the first candidate of the kind that is short; undefined when there is none. */
  pick(linked: Iterable<NodeId>, candidates: readonly NodeId[]): NodeId | undefined;
  /** The same, only where a kind is short: for a view that has as many links as it wants. */
  pickMissing(linked: Iterable<NodeId>, candidates: readonly NodeId[]): NodeId | undefined;
  /** Those of the links that may go first: of the kind that has more than its places. */
  surplus(linked: Iterable<NodeId>): readonly NodeId[];
  /** What this node is to the neighbour whose active view that is. */
  linkOf(peer: NodeId, itsView: readonly NodeId[]): LinkOfPeer;
}

/** What a link is to its other end: all it has, all that leads out of its site, one of those that it wants of the kind, or one of more. */
export type LinkOfPeer = 'only-link' | 'only-way-out' | 'wanted' | 'surplus';

export function createSiteSlots(
  self: NodeId,
  siteOf: (node: NodeId) => string | undefined,
  places: HyParViewConfig['activeView'],
): SiteSlots {
  const isNear = (peer: NodeId) => {
    const site = siteOf(self);
    return site !== undefined && siteOf(peer) === site;
  };

  const shortOf = (linked: Iterable<NodeId>, candidates: readonly NodeId[]) => {
    if (siteOf(self) === undefined) return undefined;
    let near = 0;
    let far = 0;
    for (const peer of linked) isNear(peer) ? near++ : far++;
    const nextNear = near < places.near ? candidates.find(isNear) : undefined;
    const nextFar = far < places.far ? candidates.find((peer) => !isNear(peer)) : undefined;
    return places.near - near > places.far - far ? (nextNear ?? nextFar) : (nextFar ?? nextNear);
  };

  return {
    isNear,
    pick: (linked, candidates) => shortOf(linked, candidates) ?? candidates[0],
    pickMissing: shortOf,
    surplus: (linked) => {
      const all = [...linked];
      const near = all.filter(isNear);
      const far = all.filter((peer) => !isNear(peer));
      if (siteOf(self) === undefined) return all;
      if (far.length > places.far) return far;
      return near.length > places.near ? near : all;
    },
    linkOf: (peer, itsView) => {
      if (!itsView.includes(self)) return 'surplus';
      if (itsView.length === 1) return 'only-link';
      const site = siteOf(peer);
      if (site === undefined) return itsView.length <= places.near + places.far ? 'wanted' : 'surplus';
      const isNearIt = (node: NodeId) => siteOf(node) === site;
      const kind = isNearIt(self) ? 'near' : 'far';
      const ofThisKind = itsView.filter((node) => isNearIt(node) === isNearIt(self)).length;
      if (kind === 'far' && ofThisKind === 1) return 'only-way-out';
      return ofThisKind <= places[kind] ? 'wanted' : 'surplus';
    },
  };
}
