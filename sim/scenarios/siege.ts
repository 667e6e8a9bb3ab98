import { pick } from '../engine/random.ts';
import { deliveryOf, sendItems } from '../figures/delivery.ts';
import { mean } from '../figures/distribution.ts';
import { componentsOf, graphOf } from '../figures/graph.ts';
import { createFleet, type Fleet } from '../fleet/fleet.ts';
import { createOverlayHost } from '../fleet/overlay-host.ts';
import type { Roster } from '../fleet/roster.ts';
import { type Conspiracy, createSybilHost } from '../fleet/sybil-host.ts';
import type { NodeIndex } from '../network/topology.ts';
import { phase } from './phases.ts';
import type { ScenarioOptions } from './scenario.ts';
import { progressOf } from './standing-fleet.ts';

/** A fleet with strangers: all but those of the conspiracy are honest. Nobody has started yet. */
export function besiegedFleet(options: ScenarioOptions, roster: Roster, conspiracy: Conspiracy): Fleet {
  const sybils = new Set(conspiracy.sybils);
  return createFleet({
    nodes: options.nodes,
    seed: options.seed,
    createHost: (services, facts) =>
      sybils.has(services.node)
        ? createSybilHost(services, facts, conspiracy)
        : createOverlayHost(services, facts, { roster }),
    onProgress: progressOf(options),
  });
}

/** Whether items still come to those that count. */
export function besiegedPhase(
  fleet: Fleet,
  name: string,
  senders: readonly NodeIndex[],
  counts: (node: NodeIndex) => boolean,
) {
  const random = fleet.random.stream('senders');
  return phase(fleet, name, () => {
    const sender = () => pick(senders, random);
    return deliveryOf(fleet, sendItems(fleet, { sender, items: 20, gapMs: 1_000, waitMs: 30_000 }), counts);
  });
}

/** What is left when one looks at honest nodes alone. */
export function honestLinks(
  fleet: Fleet,
  honest: readonly NodeIndex[],
  isHonest: (node: NodeIndex) => boolean,
): { readonly components: number; readonly honestShare: number; readonly honestLeast: number } {
  const living = honest.filter(fleet.network.isAlive);
  const graph = graphOf(living, fleet.network.linksOf);
  const ofNode = living.map((node) => [...fleet.network.linksOf(node).keys()].filter(isHonest).length);
  const shares = living.map((node, at) => ofNode[at]! / Math.max(1, fleet.network.linksOf(node).size));
  return {
    components: componentsOf(graph).length,
    honestShare: mean(shares),
    honestLeast: Math.min(...ofNode),
  };
}
