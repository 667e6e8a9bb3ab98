import type { Random, RandomSource } from '../engine/random.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { LinkPath, NodeIndex, Topology } from './topology.ts';
import { createDirection, type Direction, transmit } from './transmission.ts';

/** Frames of this code carry a payload of the broadcast. */
export const PAYLOAD_CODE = 100;

/** What a link carries. The network looks at nothing else. */
export interface Frame {
  /** The control channel's where absent. Frames of one stream arrive in order, those of the other do not wait for them (RFC 8831). */
  readonly stream?: 'bulk';
  readonly sizeBytes: number;
  /** Stands for its type in the trace. */
  readonly code: number;
}

/** What the network tells the node at its end. */
export type NetworkFact<Carried extends Frame> =
  /** `dialled`: this node began it. */
  | { readonly type: 'link-up'; readonly peer: NodeIndex; readonly dialled: boolean }
  | { readonly type: 'link-down'; readonly peer: NodeIndex; readonly reason: string }
  | { readonly type: 'frame-received'; readonly peer: NodeIndex; readonly frame: Carried }
  | { readonly type: 'link-congested'; readonly peer: NodeIndex }
  | { readonly type: 'link-drained'; readonly peer: NodeIndex };

export interface Link {
  readonly a: NodeIndex;
  readonly b: NodeIndex;
  readonly path: Exclude<LinkPath, 'none'>;
}

/** Links between nodes: set up, carrying frames reliably and in order each way, and breaking. */
export interface Network<Carried extends Frame> {
  readonly counters: NetworkCounters;
  isAlive(node: NodeIndex): boolean;
  linksOf(node: NodeIndex): ReadonlyMap<NodeIndex, Link>;
  /** By which way packets pass between the two now. */
  path(a: NodeIndex, b: NodeIndex): LinkPath;
  /** Both ends hear of their link at once. `from` dialled. */
  establish(from: NodeIndex, to: NodeIndex, path: Link['path']): void;
  hangUp(from: NodeIndex, to: NodeIndex, reason: string): void;
  /** Dropped without a word when there is no such link. */
  send(from: NodeIndex, to: NodeIndex, frame: Carried): void;
  start(node: NodeIndex): void;
  /** Power is cut: the others notice when their packets stay unanswered. */
  crash(node: NodeIndex): void;
  /** The link breaks, both ends notice late: a NAT forgot its mapping, a cable was pulled. */
  breakLink(a: NodeIndex, b: NodeIndex): void;
  /** From now on packets pass only between nodes of equal group. */
  partition(groupOf: (node: NodeIndex) => number): void;
  /** Relays go with the servers beside which they stand: relayed links break. */
  setRelaysUp(up: boolean): void;
}

/** Sums since the start, by node. */
export interface NetworkCounters {
  readonly framesSent: Float64Array;
  readonly bytesSent: Float64Array;
  readonly framesReceived: Float64Array;
  readonly bytesReceived: Float64Array;
  readonly linksOpened: Float64Array;
  /** By site: payloads, and all bytes, that came into it over links from other sites. */
  readonly payloadsIntoSite: Float64Array;
  readonly bytesIntoSite: Float64Array;
}

interface OpenLink extends Link {
  readonly aToB: Direction;
  readonly bToA: Direction;
  readonly bulk: { readonly aToB: Direction; readonly bToA: Direction };
  open: boolean;
}

/** libwebrtc gives a connection up after 15 s without an answer, consent ends after 30 s (RFC 7675, section 5.1). */
const SILENCE_MS = { least: 15_000, spread: 15_000 };

export function createNetwork<Carried extends Frame>(deps: {
  readonly simulation: Simulation;
  readonly topology: Topology;
  readonly random: RandomSource;
  readonly onFact: (node: NodeIndex, fact: NetworkFact<Carried>) => void;
}): Network<Carried> {
  const { simulation, topology, onFact } = deps;
  const { nodes } = topology;
  const jitter: Random = deps.random.stream('jitter and loss');
  const failing: Random = deps.random.stream('time until a silent end is noticed');
  const links = Array.from({ length: nodes }, () => new Map<NodeIndex, OpenLink>());
  const alive = new Uint8Array(nodes);
  /** Counts the starts of a node: what was under way for an earlier life is not for this one. */
  const life = new Int32Array(nodes);
  let groupOf: (node: NodeIndex) => number = () => 0;
  let relaysUp = true;
  const queues = {
    uplink: new Float64Array(nodes),
    downlink: new Float64Array(nodes),
    siteOut: new Float64Array(topology.sites),
    siteIn: new Float64Array(topology.sites),
  };
  const counters: NetworkCounters = {
    framesSent: new Float64Array(nodes),
    bytesSent: new Float64Array(nodes),
    framesReceived: new Float64Array(nodes),
    bytesReceived: new Float64Array(nodes),
    linksOpened: new Float64Array(nodes),
    payloadsIntoSite: new Float64Array(topology.sites),
    bytesIntoSite: new Float64Array(topology.sites),
  };

  const tell = (node: NodeIndex, fact: NetworkFact<Carried>) => {
    const { trace } = simulation;
    trace.add(simulation.nowMs);
    trace.add(node);
    trace.add(fact.peer);
    if (fact.type === 'frame-received') {
      trace.add(fact.frame.code);
      trace.add(fact.frame.sizeBytes);
    } else trace.addText(fact.type);
    onFact(node, fact);
  };

  const pathNow = (a: NodeIndex, b: NodeIndex): LinkPath => {
    if (groupOf(a) !== groupOf(b)) return 'none';
    const path = topology.path(a, b);
    return path === 'relayed' && !relaysUp ? 'none' : path;
  };

  const forget = (link: OpenLink) => {
    link.open = false;
    if (links[link.a]!.get(link.b) === link) links[link.a]!.delete(link.b);
    if (links[link.b]!.get(link.a) === link) links[link.b]!.delete(link.a);
  };

  /** The other end hears of it after `delayMs`, unless it has a newer link with the same node by then. */
  const tellLater = (node: NodeIndex, peer: NodeIndex, reason: string, delayMs: number) => {
    const lifeThen = life[node];
    simulation.schedule(delayMs, () => {
      if (alive[node] && life[node] === lifeThen && !links[node]!.has(peer))
        tell(node, { type: 'link-down', peer, reason });
    });
  };

  /** The link carries nothing from now on, and each end that lives notices after a while. */
  const breakSilently = (link: OpenLink) => {
    link.open = false;
    for (const [node, peer] of [
      [link.a, link.b],
      [link.b, link.a],
    ] as const) {
      const lifeThen = life[node];
      simulation.schedule(SILENCE_MS.least + failing() * SILENCE_MS.spread, () => {
        if (links[node]!.get(peer) !== link) return;
        links[node]!.delete(peer);
        if (alive[node] && life[node] === lifeThen)
          tell(node, { type: 'link-down', peer, reason: 'no answer any more' });
      });
    }
  };

  const establish = (a: NodeIndex, b: NodeIndex, path: Link['path']) => {
    for (const old of [links[a]!.get(b), links[b]!.get(a)])
      if (old !== undefined) {
        // An end may not have noticed that the old link broke: the newer, proven one counts.
        const ends = [a, b].filter((node) => links[node]!.get(node === a ? b : a) === old);
        forget(old);
        for (const node of ends)
          tell(node, {
            type: 'link-down',
            peer: node === a ? b : a,
            reason: 'replaced by a newer connection',
          });
      }
    const link: OpenLink = {
      a,
      b,
      path,
      open: true,
      aToB: createDirection(),
      bToA: createDirection(),
      bulk: { aToB: createDirection(), bToA: createDirection() },
    };
    links[a]!.set(b, link);
    links[b]!.set(a, link);
    counters.linksOpened[a]!++;
    counters.linksOpened[b]!++;
    tell(a, { type: 'link-up', peer: b, dialled: true });
    if (links[b]!.get(a) === link) tell(b, { type: 'link-up', peer: a, dialled: false });
  };

  return {
    counters,
    isAlive: (node) => alive[node] === 1,
    linksOf: (node) => links[node]!,
    path: pathNow,
    establish,
    hangUp: (from, to, reason) => {
      const link = links[from]!.get(to);
      if (link === undefined) return;
      const wasOpen = link.open;
      links[from]!.delete(to);
      // At once, as a real link table does: the host's pump keeps it until the effects beside the hang-up are carried out.
      if (alive[from]) tell(from, { type: 'link-down', peer: to, reason });
      if (!wasOpen) return;
      // The goodbye travels behind what was sent before it.
      const direction = from === link.a ? link.aToB : link.bToA;
      const delayMs = Math.max(topology.oneWayMs(from, to), direction.lastArrivalMs - simulation.nowMs);
      simulation.schedule(delayMs, () => {
        link.open = false;
        if (links[to]!.get(from) !== link) return;
        links[to]!.delete(from);
        tellLater(to, from, `the other end hung up: ${reason}`, 0);
      });
    },
    send: (from, to, frame) => {
      const link = links[from]!.get(to);
      if (link === undefined) return;
      counters.framesSent[from]!++;
      counters.bytesSent[from]! += frame.sizeBytes;
      if (!link.open) return;
      const streams = frame.stream === 'bulk' ? link.bulk : link;
      const direction = from === link.a ? streams.aToB : streams.bToA;
      const { acceptedAtMs, arrivesAtMs } = transmit({
        nowMs: simulation.nowMs,
        from,
        to,
        sizeBytes: frame.sizeBytes,
        topology,
        queues,
        direction,
        random: jitter,
      });
      if (frame.stream === undefined) watchBuffer(from, to, link, direction, frame.sizeBytes, acceptedAtMs);
      const lifeThen = life[to];
      simulation.schedule(arrivesAtMs - simulation.nowMs, () => {
        if (!link.open || alive[to] !== 1 || life[to] !== lifeThen || links[to]!.get(from) !== link) return;
        counters.framesReceived[to]!++;
        counters.bytesReceived[to]! += frame.sizeBytes;
        const site = topology.siteOf[to]!;
        if (topology.siteOf[from] !== site) {
          if (frame.code === PAYLOAD_CODE) counters.payloadsIntoSite[site]!++;
          counters.bytesIntoSite[site]! += frame.sizeBytes;
        }
        tell(to, { type: 'frame-received', peer: from, frame });
      });
    },
    start: (node) => {
      alive[node] = 1;
      life[node]!++;
    },
    crash: (node) => {
      alive[node] = 0;
      life[node]!++;
      for (const link of [...links[node]!.values()]) breakSilently(link);
      links[node]!.clear();
    },
    breakLink: (a, b) => {
      const link = links[a]!.get(b);
      if (link?.open) breakSilently(link);
    },
    partition: (next) => {
      groupOf = next;
      breakUnreachable();
    },
    setRelaysUp: (up) => {
      relaysUp = up;
      breakUnreachable();
    },
  };

  function breakUnreachable(): void {
    for (const [node, ofNode] of links.entries())
      for (const link of ofNode.values())
        if (link.open && link.a === node && pathNow(link.a, link.b) === 'none') breakSilently(link);
  }

  /** Tells the sender when more waits at its end than it should, and when that has gone (RTCDataChannel's bufferedAmount). */
  function watchBuffer(
    from: NodeIndex,
    to: NodeIndex,
    link: OpenLink,
    direction: Direction,
    sizeBytes: number,
    acceptedAtMs: number,
  ): void {
    const waitsMs = acceptedAtMs - simulation.nowMs;
    // What leaves at once never shows in a buffer.
    if (waitsMs < 1) return;
    direction.bufferedBytes += sizeBytes;
    if (!direction.congested && direction.bufferedBytes > HIGH_WATER_BYTES) {
      direction.congested = true;
      simulation.schedule(0, () => {
        if (link.open && alive[from] === 1 && links[from]!.get(to) === link)
          tell(from, { type: 'link-congested', peer: to });
      });
    }
    simulation.schedule(waitsMs, () => {
      direction.bufferedBytes -= sizeBytes;
      if (!direction.congested || direction.bufferedBytes > LOW_WATER_BYTES) return;
      direction.congested = false;
      if (link.open && alive[from] === 1 && links[from]!.get(to) === link)
        tell(from, { type: 'link-drained', peer: to });
    });
  }
}

/** A guess: what may wait at one end of a link's control channel before it counts as congested, and when it no longer does. */
const HIGH_WATER_BYTES = 64 * 1024;
const LOW_WATER_BYTES = 16 * 1024;
