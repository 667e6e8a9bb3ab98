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
import { fleetOptionsOf } from './standing-fleet.ts';

/**
 * Attackers act every two seconds, on every link that they got: ten minutes of 10,000 nodes are 40 to 60 million events. Above
 * `LONG_UP_TO` nodes a siege lasts a part of that.
 */
const SIEGE_MS = { long: 600_000, short: 120_000 } as const;
const LONG_UP_TO = 1_000;

/** How long the attackers have; descriptions of scenarios say it in words. */
export function siegeMs({ nodes }: ScenarioOptions): number {
  return nodes > LONG_UP_TO ? SIEGE_MS.short : SIEGE_MS.long;
}

/** A fleet with strangers: all but those of the conspiracy are honest. Nobody has started yet. */
export function besiegedFleet(options: ScenarioOptions, roster: Roster, conspiracy: Conspiracy): Fleet {
  const sybils = new Set(conspiracy.sybils);
  return createFleet({
    ...fleetOptionsOf(options),
    createHost: (services, facts) =>
      sybils.has(services.node)
        ? createSybilHost(services, facts, conspiracy)
        : createOverlayHost(services, facts, { roster }),
  });
}

/** Whether items still come to those that count, when the siege has lasted its time. */
export function besiegedPhase(
  fleet: Fleet,
  options: ScenarioOptions,
  senders: readonly NodeIndex[],
  counts: (node: NodeIndex) => boolean,
) {
  const random = fleet.random.stream('senders');
  return phase(fleet, `after ${siegeMs(options) / 60_000} minutes`, () => {
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
