import type { NodeIndex } from '../network/topology.ts';

/** How one broadcast item spread. */
export interface Broadcast {
  readonly origin: NodeIndex;
  readonly sentAtMs: number;
  /** Payloads that reached a node, the first and every further one. */
  readonly payloadsReceived: number;
  /** Hops of the deepest first delivery (Plumtree: last delivery hop). */
  readonly lastDeliveryHop: number;
  /** Nodes that a payload reached first. */
  readonly payloadDeliveries: number;
  /** Deliveries that reconciliation brought. */
  readonly repaired: number;
  has(node: NodeIndex): boolean;
  /** From sending until the node had it; undefined when it has not. */
  delayMs(node: NodeIndex): number | undefined;
}

/** Follows payloads by item, outside of the nodes, so that no node can colour the figures. */
export interface Broadcasts {
  sent(item: string, origin: NodeIndex, nowMs: number): Broadcast;
  /** A payload arrived at a node. */
  received(item: string, node: NodeIndex, hops: number, nowMs: number): void;
  /** It came by another way, as by reconciliation: counted as delivered and not as a payload of the broadcast. */
  repaired(item: string, node: NodeIndex, nowMs: number): void;
}

export function createBroadcasts(nodes: number): Broadcasts {
  const records = new Map<string, ReturnType<typeof createRecord>>();
  return {
    sent: (item, origin, nowMs) => {
      const record = createRecord(nodes, origin, nowMs);
      records.set(item, record);
      return record.broadcast;
    },
    received: (item, node, hops, nowMs) => records.get(item)?.receive(node, hops, nowMs),
    repaired: (item, node, nowMs) => records.get(item)?.repair(node, nowMs),
  };
}

function createRecord(nodes: number, origin: NodeIndex, sentAtMs: number) {
  const arrivedAtMs = new Float64Array(nodes).fill(-1);
  arrivedAtMs[origin] = sentAtMs;
  let payloadsReceived = 0;
  let payloadDeliveries = 0;
  let lastDeliveryHop = 0;
  let repaired = 0;
  const deliver = (node: NodeIndex, nowMs: number): boolean => {
    if (arrivedAtMs[node] !== -1) return false;
    arrivedAtMs[node] = nowMs;
    return true;
  };
  const broadcast: Broadcast = {
    origin,
    sentAtMs,
    get payloadsReceived() {
      return payloadsReceived;
    },
    get payloadDeliveries() {
      return payloadDeliveries;
    },
    get lastDeliveryHop() {
      return lastDeliveryHop;
    },
    get repaired() {
      return repaired;
    },
    has: (node) => arrivedAtMs[node] !== -1,
    delayMs: (node) => (arrivedAtMs[node] === -1 ? undefined : arrivedAtMs[node]! - sentAtMs),
  };
  return {
    broadcast,
    receive: (node: NodeIndex, hops: number, nowMs: number) => {
      payloadsReceived++;
      if (!deliver(node, nowMs)) return;
      payloadDeliveries++;
      lastDeliveryHop = Math.max(lastDeliveryHop, hops);
    },
    repair: (node: NodeIndex, nowMs: number) => {
      if (deliver(node, nowMs)) repaired++;
    },
  };
}

/**
 * Plumtree's relative message redundancy (Leitao et al., SRDS 2007, section 4): payloads received for each node that got the item by
 * one, less the one that it needs. Over several items their mean. Whom reconciliation reached counts neither way.
 */
export function relativeMessageRedundancy(broadcasts: readonly Broadcast[]): number {
  const sum = (of: (broadcast: Broadcast) => number) =>
    broadcasts.reduce((total, broadcast) => total + of(broadcast), 0);
  const deliveries = sum(({ payloadDeliveries }) => payloadDeliveries);
  return deliveries === 0 ? 0 : sum(({ payloadsReceived }) => payloadsReceived) / deliveries - 1;
}
