import type { Fleet } from '../fleet/fleet.ts';
import type { NodeIndex } from '../network/topology.ts';
import { type Broadcast, relativeMessageRedundancy } from './broadcasts.ts';
import { quantile } from './distribution.ts';
import { componentsOf, depthFrom } from './graph.ts';

/** How a series of items spread. */
export interface Delivery {
  readonly items: number;
  /** Deliveries that were due and did not come: to nodes that lived all the time and were linked with the sender in the end. */
  readonly missed: number;
  /** Deliveries that came by reconciliation and not by the broadcast. */
  readonly repaired: number;
  /** Deepest of all items (Plumtree). */
  readonly lastDeliveryHop: number;
  /** How far an item's last hop lies below its sender's breadth-first depth: of half the items, of all. Lost packets make detours. */
  readonly hopsBeyondDepthMedian: number;
  readonly hopsBeyondDepthMost: number;
  readonly relativeMessageRedundancy: number;
  /** From sending until all that were reached had it: of half the items, of 95 in 100, of all. */
  readonly allReachedMsMedian: number;
  readonly allReachedMs95: number;
  readonly allReachedMsMost: number;
}

export interface Series {
  /** Who sends the item. */
  readonly sender: (item: number) => NodeIndex;
  readonly items: number;
  readonly gapMs: number;
  /** After the last item, before it is counted. */
  readonly waitMs: number;
}

export interface SentItem {
  readonly broadcast: Broadcast;
  readonly depth: number;
  /** Who lived when it was sent, and which of its lives that was. */
  readonly livesThen: ReadonlyMap<NodeIndex, number>;
}

/** Sends the items, lets them spread, and says how they did. */
export function sendSeries(fleet: Fleet, series: Series): Delivery {
  return deliveryOf(fleet, sendItems(fleet, series), () => true);
}

export function sendItems(fleet: Fleet, { sender, items, gapMs, waitMs }: Series): readonly SentItem[] {
  const { simulation } = fleet;
  const sent: SentItem[] = [];
  for (let item = 0; item < items; item++) {
    const origin = sender(item);
    const graph = fleet.graph();
    const livesThen = graph.nodes.map((node) => [node, fleet.lifeOf(node)] as const);
    sent.push({
      depth: depthFrom(graph, origin),
      livesThen: new Map(livesThen),
      broadcast: fleet.publish(origin),
    });
    simulation.runUntil(simulation.nowMs + gapMs);
  }
  simulation.runUntil(simulation.nowMs + waitMs);
  return sent;
}

/** How the items did among the nodes that count. */
export function deliveryOf(
  fleet: Fleet,
  sent: readonly SentItem[],
  counts: (node: NodeIndex) => boolean,
): Delivery {
  const components = componentsOf(fleet.graph());
  const counted = fleet.alive().filter(counts);
  const times: number[] = [];
  let missed = 0;
  for (const { broadcast, livesThen } of sent) {
    const linked = new Set(components.find((component) => component.includes(broadcast.origin)) ?? []);
    let lastMs = 0;
    for (const node of counted) {
      const delayMs = livesThen.get(node) === fleet.lifeOf(node) ? broadcast.delayMs(node) : 0;
      if (delayMs !== undefined) lastMs = Math.max(lastMs, delayMs);
      else if (linked.has(node)) missed++;
    }
    times.push(lastMs);
  }
  const beyond = sent.map(({ broadcast, depth }) => broadcast.lastDeliveryHop - depth);
  return {
    items: sent.length,
    missed,
    repaired: sent.reduce((sum, { broadcast }) => sum + broadcast.repaired, 0),
    lastDeliveryHop: Math.max(0, ...sent.map(({ broadcast }) => broadcast.lastDeliveryHop)),
    hopsBeyondDepthMedian: quantile(beyond, 0.5),
    hopsBeyondDepthMost: quantile(beyond, 1),
    relativeMessageRedundancy: relativeMessageRedundancy(sent.map(({ broadcast }) => broadcast)),
    allReachedMsMedian: quantile(times, 0.5),
    allReachedMs95: quantile(times, 0.95),
    allReachedMsMost: quantile(times, 1),
  };
}
