import type { Random, RandomSource } from '../engine/random.ts';

/** A node's place in the arrays of a simulation. */
export type NodeIndex = number;

/**
 * What stands between a site and the others (RFC 4787): `open`, nothing; `cone`, mapping independent of the endpoint, which hole
 * punching passes; `symmetric`, a mapping for each endpoint; `udp-blocked`, nothing but TCP gets out.
 */
export type Nat = 'open' | 'cone' | 'symmetric' | 'udp-blocked';

/** How two nodes can be linked: in one LAN, directly, through a relay beside the signaling server, or not at all. */
export type LinkPath = 'lan' | 'direct' | 'relayed' | 'none';

/** Who is where, and what lies between. Fixed for a run; what fails during one is the network's. */
export interface Topology {
  readonly nodes: number;
  readonly sites: number;
  readonly siteOf: readonly number[];
  /** Undefined: admitted to no site. */
  siteNameOf(node: NodeIndex): string | undefined;
  /** Bytes a millisecond that a node can send, and receive. */
  readonly uplink: Float64Array;
  readonly downlink: Float64Array;
  /** Bytes a millisecond that a site's nodes share towards other sites, each way; Infinity where no line is thin. */
  readonly siteUplink: Float64Array;
  /** Share of packets lost that a node sends. */
  readonly lossRate: Float64Array;
  /** Factor on the latency of what a node sends. */
  readonly slowness: Float64Array;
  oneWayMs(from: NodeIndex, to: NodeIndex): number;
  /** One way between a node and the signaling server, or the relay beside it. */
  serverMs(node: NodeIndex): number;
  path(a: NodeIndex, b: NodeIndex): LinkPath;
  /** Whether the signaling server sees one address for both: a site's NAT. Nodes of an open site have one each. */
  shareAddress(a: NodeIndex, b: NodeIndex): boolean;
}

/** A guess: a shop or a ward. */
const NODES_A_SITE = 20;
/** A guess: one way between two nodes of one LAN, the least and what is added at random. */
const LAN_MS = { least: 0.3, spread: 0.7 };
/** A guess: sites lie on a square of 100 by 100, a unit of way costs this; 3 to 83 ms between sites, a continent's. */
const WAN_MS = { least: 3, unit: 0.4 };
/** A guess at what stands before shops; hole punching passes about seven in ten pairs (Seemann et al., DCUtR measurements, 2022). */
const NATS: readonly { readonly nat: Nat; readonly upTo: number }[] = [
  { nat: 'open', upTo: 0.1 },
  { nat: 'cone', upTo: 0.75 },
  { nat: 'symmetric', upTo: 0.95 },
  { nat: 'udp-blocked', upTo: 1 },
];
/** 20 Mbit/s up, 100 down: a small shop's line shared by few. */
const NODE_BYTES_A_MS = { up: 2_500, down: 12_500 };
/** A guess: packets lost between sites. */
const LOSS_RATE = 0.005;

/** Nodes are dealt out to the sites in turn unless `placed` says otherwise. */
export function createTopology(
  nodes: number,
  random: RandomSource,
  placed: (node: NodeIndex, sites: number) => number = (node, sites) => node % sites,
): Topology {
  const sites = Math.max(2, Math.round(nodes / NODES_A_SITE));
  const placing = random.stream('places of sites');
  const places = Array.from({ length: sites }, () => ({ x: placing() * 100, y: placing() * 100 }));
  const natOfSite = Array.from({ length: sites }, () => drawNat(placing));
  const siteOf = Array.from({ length: nodes }, (_, node) => placed(node, sites));
  const server = { x: 50, y: 50 };
  const wayMs = (a: { x: number; y: number }, b: { x: number; y: number }) =>
    WAN_MS.least + (Math.abs(a.x - b.x) + Math.abs(a.y - b.y)) * WAN_MS.unit;
  const lan = Float64Array.from({ length: sites }, () => LAN_MS.least + placing() * LAN_MS.spread);

  const serverMs = (node: NodeIndex) => wayMs(places[siteOf[node]!]!, server);
  const path = (a: NodeIndex, b: NodeIndex): LinkPath => {
    const [siteA, siteB] = [siteOf[a]!, siteOf[b]!];
    return siteA === siteB ? 'lan' : pathBetween(natOfSite[siteA]!, natOfSite[siteB]!);
  };
  return {
    nodes,
    sites,
    siteOf,
    siteNameOf: (node) => `site-${siteOf[node]}`,
    uplink: new Float64Array(nodes).fill(NODE_BYTES_A_MS.up),
    downlink: new Float64Array(nodes).fill(NODE_BYTES_A_MS.down),
    siteUplink: new Float64Array(sites).fill(Number.POSITIVE_INFINITY),
    lossRate: new Float64Array(nodes).fill(LOSS_RATE),
    slowness: new Float64Array(nodes).fill(1),
    serverMs,
    path,
    shareAddress: (a, b) => siteOf[a] === siteOf[b] && natOfSite[siteOf[a]!] !== 'open',
    oneWayMs: (from, to) => {
      const site = siteOf[from]!;
      if (site === siteOf[to]) return lan[site]!;
      if (path(from, to) === 'relayed') return serverMs(from) + serverMs(to);
      return wayMs(places[site]!, places[siteOf[to]!]!);
    },
  };
}

function drawNat(random: Random): Nat {
  const drawn = random();
  return NATS.find(({ upTo }) => drawn < upTo)!.nat;
}

/** Only endpoint-independent mappings meet; a symmetric one meets what needs no punching. */
function pathBetween(a: Nat, b: Nat): LinkPath {
  if (a === 'udp-blocked' || b === 'udp-blocked') return 'relayed';
  if (a === 'open' || b === 'open') return 'direct';
  return a === 'cone' && b === 'cone' ? 'direct' : 'relayed';
}
