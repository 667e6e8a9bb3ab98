import { isCurrent } from '../core/fleet/statement-book.ts';
import type { Node } from '../core/node/node.ts';
import type { Instant } from '../core/time/instant.ts';
import type { NodeId } from '../core/wire/encoding/ids.ts';
import type { MeshLink, MeshModel, MeshNode, TurnedAwayRow } from './model.ts';
import { nameOfPerson } from './project-people.ts';
import type { Refusal } from './refusal-log.ts';

/** This node's links as it measures them, and the others' as their leases tell. */
export function projectMesh(node: Node, refusals: readonly Refusal[], now: Instant): MeshModel {
  const links = new Map<string, MeshLink>();
  const add = (link: MeshLink, measured: boolean) => {
    const key = [link.from, link.to].sort().join(' ');
    if (measured || !links.has(key)) links.set(key, link);
  };
  const present = new Set<NodeId>([node.self]);
  for (const heard of node.book.ofKind('lease')) {
    const { statement } = heard;
    if (
      statement.content.type !== 'lease' ||
      statement.author === node.self ||
      !isCurrent(heard, now.monotonicMs)
    )
      continue;
    present.add(statement.author);
    for (const { peer, rung } of statement.content.links)
      add({ from: statement.author, to: peer, rung, roundTripMs: undefined, traffic: undefined }, false);
  }
  for (const [peer, { rung, roundTripMs, ...traffic }] of node.links) {
    present.add(peer);
    add({ from: node.self, to: peer, rung, roundTripMs, traffic }, true);
  }
  return {
    nodes: Array.from(present, (id) => describe(node, id)),
    links: [...links.values()].filter(({ from, to }) => present.has(from) && present.has(to)),
    turnedAway: projectTurnedAway(node, refusals, now),
  };
}

function projectTurnedAway(node: Node, refusals: readonly Refusal[], now: Instant): TurnedAwayRow[] {
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

function describe(node: Node, id: NodeId): MeshNode {
  const view = node.view();
  const device = view.devices.get(id)?.body;
  const isPerson = view.grants.some(({ body }) => body.keys.includes(id));
  return {
    id,
    name: nameOfPerson(node, id),
    site: device?.site ?? '',
    kind: id === node.self ? 'self' : device ? 'device' : isPerson ? 'operator' : 'unknown',
  };
}
