import type { LinkFacts } from '../core/node/input.ts';
import type { Node } from '../core/node/node.ts';
import type { Instant } from '../core/time/instant.ts';
import { compareIds, type NodeId } from '../core/wire/encoding/ids.ts';
import { FEATURES } from '../core/wire/link/features.ts';
import type { LeaseContent } from '../core/wire/statement/statement.ts';
import type { MeshLink, MeshModel, MeshNode, TurnedAwayRow } from './model.ts';
import { nameOfPerson } from './project-people.ts';
import type { Refusal } from './refusal-log.ts';

/** A link of this node, as it measures it. */
export function measuredLink(self: NodeId, peer: NodeId, facts: LinkFacts): MeshLink {
  const { rung, roundTripMs, ...traffic } = facts;
  return { from: self, to: peer, rung, roundTripMs, traffic };
}

/** A link of another node, as its lease tells. */
export function toldLink(author: NodeId, { peer, rung }: LeaseContent['links'][number]): MeshLink {
  return { from: author, to: peer, rung, roundTripMs: undefined, traffic: undefined };
}

/** The two ends in the order of their keys, whoever told of the link. */
export function endsOf(link: Pick<MeshLink, 'from' | 'to'>): readonly [NodeId, NodeId] {
  return compareIds(link.from, link.to) < 0 ? [link.from, link.to] : [link.to, link.from];
}

/** The order of links, which is total. */
export function compareLinks(a: MeshLink, b: MeshLink): number {
  const [lowA, highA] = endsOf(a);
  const [lowB, highB] = endsOf(b);
  return compareIds(lowA, lowB) || compareIds(highA, highB);
}

/** This node first, the others by their keys. */
export function compareNodes(a: MeshNode, b: MeshNode): number {
  return Number(b.kind === 'self') - Number(a.kind === 'self') || compareIds(a.id, b.id);
}

/** Neighbours that speak what this version does not. */
export function projectLater(node: Node): MeshModel['later'] {
  return Array.from(node.features, ([id, named]) => ({
    id,
    name: nameOfPerson(node, id),
    features: [...named].filter((feature) => !FEATURES.includes(feature)),
  })).filter(({ features }) => features.length > 0);
}

export function projectTurnedAway(node: Node, refusals: readonly Refusal[], now: Instant): TurnedAwayRow[] {
  const bans = node.bans.inForce(now).map(
    ({ peer, reason, bannedAtMs, untilMs, times }): TurnedAwayRow => ({
      key: peer,
      id: peer,
      name: nameOfPerson(node, peer),
      reason,
      atMs: bannedAtMs,
      times,
      bannedUntilMs: untilMs,
    }),
  );
  const others = refusals
    .filter(({ peer }) => !node.bans.isBanned(peer))
    .map(
      ({ peer, reason, times, lastAtMs }): TurnedAwayRow => ({
        key: `${peer} ${reason}`,
        id: peer,
        name: nameOfPerson(node, peer),
        reason,
        atMs: lastAtMs,
        times,
        bannedUntilMs: undefined,
      }),
    );
  return [...bans, ...others];
}

export function meshNode(node: Node, id: NodeId): MeshNode {
  const view = node.view();
  const device = view.devices.get(id)?.body;
  const isPerson = () => view.grants.some(({ body }) => body.keys.includes(id));
  return {
    id,
    name: nameOfPerson(node, id),
    site: device?.site ?? '',
    kind: id === node.self ? 'self' : device ? 'device' : isPerson() ? 'operator' : 'unknown',
  };
}
