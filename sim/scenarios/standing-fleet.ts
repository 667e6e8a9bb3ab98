import type { RandomSource } from '../engine/random.ts';
import { componentsOf } from '../figures/graph.ts';
import { createFleet, type Fleet, type FleetFacts } from '../fleet/fleet.ts';
import { createNodeHost } from '../fleet/node-host.ts';
import { createNodeStorage, type NodeStorage } from '../fleet/node-storage.ts';
import { createOverlayHost } from '../fleet/overlay-host.ts';
import { createUnsignedFleet, type UnsignedFleet } from '../fleet/unsigned-fleet.ts';
import { RIGHT_CLOCKS } from '../fleet/wall-clocks.ts';
import { createTopology, type NodeIndex, type Topology } from '../network/topology.ts';
import type { ScenarioOptions } from './scenario.ts';

/** All nodes come within this time, one after another. */
const JOIN_MS = 60_000;
/** Links settle and views mix. */
const SETTLE_MS = 60_000;

export function overlayFleet(
  options: ScenarioOptions,
  topology?: (random: RandomSource) => Topology,
  says?: 'summaries too',
): Fleet {
  return createFleet({
    ...fleetOptionsOf(options),
    ...(topology !== undefined && { topology }),
    createHost: (services, facts) => createOverlayHost(services, facts, says && { says }),
  });
}

/** What every scenario's fleet has of its options. */
export function fleetOptionsOf(options: ScenarioOptions) {
  const { nodes, seed, config, network, wallClocks } = options;
  return {
    nodes,
    seed,
    ...(config !== undefined && { config }),
    ...(network === 'lan' && { topology: (random: RandomSource) => createTopology(nodes, random, () => 0) }),
    ...(wallClocks === 'right' && { wallClocks: RIGHT_CLOCKS }),
    onProgress: progressOf(options),
  };
}

function progressOf({ progress }: ScenarioOptions): (nowMs: number, events: number) => void {
  return (nowMs, events) =>
    progress(`${(nowMs / 1000).toFixed(1)} s of virtual time, ${(events / 1e6).toFixed(1)} M events`);
}

/**
 * Up to so many nodes a scenario that is about ledgers takes full nodes; above, the overlay alone. Every node's lease goes to every
 * node, so that the cost grows with the square: 1,000 full nodes take 1.7 GB, and many minutes of CPU for each of virtual time.
 */
export const FULL_NODES_UP_TO = 100;

/** The same with full nodes, so that ledgers and reconciliation take part; each is worth many of the overlay's machines alone. */
export function standingNodes(options: ScenarioOptions): Fleet {
  let unsigned: UnsignedFleet | undefined;
  const storages = new Map<NodeIndex, NodeStorage>();
  const fleet = createFleet({
    ...fleetOptionsOf(options),
    createHost: (services, facts) => {
      unsigned ??= createUnsignedFleet(devicesOf(facts));
      const storage = storages.get(services.node) ?? createNodeStorage(unsigned.founding);
      storages.set(services.node, storage);
      return createNodeHost(services, facts, unsigned, storage);
    },
  });
  startAll(fleet, nodesOf(fleet), JOIN_MS);
  fleet.simulation.runUntil(JOIN_MS + SETTLE_MS);
  return fleet;
}

export function devicesOf({ topology, directory }: FleetFacts) {
  return Array.from({ length: topology.nodes }, (_, node) => ({
    device: directory.idOf(node),
    site: topology.siteNameOf(node) ?? `site-${topology.siteOf[node]}`,
  }));
}

/** Starts the nodes evenly over the time, in an order that does not follow their sites. */
export function startAll(fleet: Fleet, nodes: readonly NodeIndex[], withinMs: number): void {
  for (const [place, node] of nodes.entries())
    fleet.simulation.schedule((place / nodes.length) * withinMs, () => fleet.start(node));
}

export function standingFleet(
  options: ScenarioOptions,
  topology?: (random: RandomSource) => Topology,
  says?: 'summaries too',
): Fleet {
  const fleet = overlayFleet(options, topology, says);
  startAll(fleet, nodesOf(fleet), JOIN_MS);
  fleet.simulation.runUntil(JOIN_MS + SETTLE_MS);
  return fleet;
}

export function nodesOf({ topology }: Fleet): readonly NodeIndex[] {
  return Array.from({ length: topology.nodes }, (_, node) => node);
}

/** Lets time pass until all living nodes are one component; how long that took, `limitMs` if it did not come. */
export function untilOneComponent(fleet: Fleet, limitMs: number): number {
  const startedMs = fleet.simulation.nowMs;
  while (fleet.simulation.nowMs - startedMs < limitMs) {
    if (componentsOf(fleet.graph()).length === 1) break;
    fleet.simulation.runUntil(fleet.simulation.nowMs + STEP_MS);
  }
  return fleet.simulation.nowMs - startedMs;
}

const STEP_MS = 1_000;
