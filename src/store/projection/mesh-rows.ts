import type { Node } from '../../core/node/node.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { LeaseContent } from '../../core/wire/statement/statement.ts';
import type { MeshLink, MeshModel, MeshNode } from '../model.ts';
import {
  compareLinks,
  compareNodes,
  endsOf,
  measuredLink,
  meshNode,
  projectLater,
  projectTurnedAway,
  toldLink,
} from '../project-mesh.ts';
import type { Refusal } from '../refusal-log.ts';
import type { LeaseWatch } from './lease-watch.ts';
import { createOrderedRows } from './ordered-rows.ts';
import { shareEqual, shareRows } from './structural-sharing.ts';

/** Who is there, and which links are known: this node's as it measures them, the others' as their leases tell. */
export interface MeshRows {
  look(changed: {
    /** Whose lease is another one, or holds no more. */
    readonly leased: ReadonlySet<NodeId>;
    /** Whose name, site or kind may be another one. */
    readonly named: Iterable<NodeId>;
    readonly refusals: readonly Refusal[];
    readonly now: Instant;
  }): MeshModel;
  /** All that are there. */
  present(): Iterable<NodeId>;
}

type ToldLinks = LeaseContent['links'];

const NO_LINKS: ToldLinks = [];

export function createMeshRows(node: Node, leases: LeaseWatch): MeshRows {
  const { self } = node;
  /** What leases that hold say, of all but this node. */
  const told = new Map<NodeId, ToldLinks>();
  const toldBy = new Map<NodeId, Set<NodeId>>();
  let ownPeers: ReadonlySet<NodeId> = new Set();
  const nodes = createOrderedRows<MeshNode>(({ id }) => id, compareNodes);
  const links = createOrderedRows<MeshLink>(keyOfLink, compareLinks);
  let model: MeshModel = { nodes: [], links: [], turnedAway: [], later: [] };

  const isPresent = (id: NodeId) => id === self || told.has(id) || node.links.has(id);

  /** What is known of the link: of two ends that tell of it that of the lower key is asked. */
  const linkBetween = (low: NodeId, high: NodeId): MeshLink | undefined => {
    if (!isPresent(low) || !isPresent(high)) return undefined;
    const peer = low === self ? high : high === self ? low : undefined;
    const facts = peer && node.links.get(peer);
    if (peer !== undefined && facts !== undefined) return measuredLink(self, peer, facts);
    for (const [author, other] of [
      [low, high],
      [high, low],
    ] as const) {
      const link = told.get(author)?.find((each) => each.peer === other);
      if (link !== undefined) return toldLink(author, link);
    }
    return undefined;
  };

  const lookAtLink = (a: NodeId, b: NodeId) => {
    const [low, high] = endsOf({ from: a, to: b });
    const link = linkBetween(low, high);
    const key = keyOfLink({ from: low, to: high });
    if (link === undefined) links.delete(key);
    else links.set(link);
  };

  const lookAtNode = (id: NodeId) => {
    if (isPresent(id)) nodes.set(meshNode(node, id));
    else nodes.delete(id);
  };

  /** It came or went: links that others tell of are shown only between two that are there. */
  const lookAround = (id: NodeId) => {
    lookAtNode(id);
    for (const { peer } of told.get(id) ?? NO_LINKS) lookAtLink(id, peer);
    for (const author of toldBy.get(id) ?? []) lookAtLink(id, author);
    if (id !== self) lookAtLink(id, self);
  };

  const setTold = (author: NodeId, after: ToldLinks | undefined) => {
    for (const { peer } of told.get(author) ?? NO_LINKS) {
      const authors = toldBy.get(peer);
      authors?.delete(author);
      if (authors?.size === 0) toldBy.delete(peer);
    }
    for (const { peer } of after ?? NO_LINKS) {
      const authors = toldBy.get(peer) ?? new Set<NodeId>();
      toldBy.set(peer, authors);
      authors.add(author);
    }
    if (after === undefined) told.delete(author);
    else told.set(author, after);
  };

  const lookAtLease = (author: NodeId) => {
    if (author === self) return;
    const before = told.get(author);
    const after = shareEqual(before, leases.holding(author)?.links);
    if (after === before) return;
    setTold(author, after);
    for (const { peer } of [...(before ?? NO_LINKS), ...(after ?? NO_LINKS)]) lookAtLink(author, peer);
    if (before === undefined || after === undefined) lookAround(author);
  };

  const lookAtOwnLinks = () => {
    const before = ownPeers;
    ownPeers = new Set(node.links.keys());
    for (const peer of new Set([...before, ...ownPeers]))
      if (before.has(peer) !== ownPeers.has(peer)) lookAround(peer);
      else lookAtLink(self, peer);
  };

  return {
    present: () => nodes.rows().map(({ id }) => id),
    look: ({ leased, named, refusals, now }) => {
      if (nodes.get(self) === undefined) lookAtNode(self);
      lookAtOwnLinks();
      for (const author of leased) lookAtLease(author);
      for (const id of named) lookAtNode(id);
      const turnedAway = projectTurnedAway(node, refusals, now);
      model = shareShallow(model, {
        nodes: nodes.rows(),
        links: links.rows(),
        turnedAway: shareRows(model.turnedAway, turnedAway, ({ key }) => key),
        later: shareRows(model.later, projectLater(node), ({ id }) => id),
      });
      return model;
    },
  };
}

function keyOfLink(link: Pick<MeshLink, 'from' | 'to'>): string {
  const [low, high] = endsOf(link);
  return `${low} ${high}`;
}

function shareShallow(before: MeshModel, after: MeshModel): MeshModel {
  const isSame =
    before.nodes === after.nodes &&
    before.links === after.links &&
    before.turnedAway === after.turnedAway &&
    before.later === after.later;
  return isSame ? before : after;
}
