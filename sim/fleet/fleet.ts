import { type NodeConfig, WAN_NODE_CONFIG } from '../../src/core/node/node-config.ts';
import { createRandomSource, type RandomSource } from '../engine/random.ts';
import { createSimulation, type Simulation } from '../engine/simulation.ts';
import { type Broadcast, createBroadcasts } from '../figures/broadcasts.ts';
import { type Graph, graphOf } from '../figures/graph.ts';
import { createDialing } from '../network/dialing.ts';
import { createNetwork, type Frame, type Network } from '../network/network.ts';
import { createSignalingServer, type SignalingServer } from '../network/signaling-server.ts';
import { createTopology, type NodeIndex, type Topology } from '../network/topology.ts';
import { createDirectory, type Directory } from './directory.ts';
import type { Host, HostFact, HostServices, Scope } from './host.ts';
import { createWrongClocks, type WallClocks } from './wall-clocks.ts';

/** Simulated nodes, the network between them, and what an observer who sees everything can say of them. */
export interface Fleet {
  readonly simulation: Simulation;
  readonly topology: Topology;
  readonly server: SignalingServer;
  readonly network: Omit<Network<Frame>, 'send'>;
  readonly random: RandomSource;
  /** Dials since the start, by node. */
  readonly dials: Float64Array;
  /** Turned away since the start, by reason. */
  readonly refusals: ReadonlyMap<string, number>;
  /** The node begins to live, with nothing but what its host stored before. */
  start(node: NodeIndex): void;
  crash(node: NodeIndex): void;
  publish(node: NodeIndex, scope?: Scope): Broadcast;
  /** Counts the starts of the node. */
  lifeOf(node: NodeIndex): number;
  /** Whom the node takes to be there now; of full nodes alone. */
  presentAt(node: NodeIndex): ReadonlySet<NodeIndex>;
  /** Pairs of a living node and an item that some other living node holds and this one lacks. */
  lacking(): number;
  /** Living nodes, by index. */
  alive(): readonly NodeIndex[];
  graph(): Graph;
  /** After the network was split or healed. */
  partition(groupOf: (node: NodeIndex) => number, serverGroup: number): void;
}

export interface FleetOptions<Carried extends Frame> {
  readonly nodes: number;
  readonly seed: number;
  readonly topology?: (random: RandomSource) => Topology;
  readonly createHost: (services: HostServices<Carried>, fleet: FleetFacts) => Host<Carried>;
  /** WAN_NODE_CONFIG unless told. */
  readonly config?: NodeConfig;
  /** Wrong ones unless told. */
  readonly wallClocks?: WallClocks;
  readonly onProgress?: (nowMs: number, eventsHandled: number) => void;
}

/** What hosts may know of the fleet that they are in. */
export interface FleetFacts {
  readonly topology: Topology;
  readonly directory: Directory;
  /** What each node's machines are set to. */
  readonly config: NodeConfig;
}

export function createFleet<Carried extends Frame>(options: FleetOptions<Carried>): Fleet {
  const { nodes, seed } = options;
  const random = createRandomSource(seed);
  const topology = options.topology?.(random) ?? createTopology(nodes, random);
  const wallClocks = options.wallClocks ?? createWrongClocks(random, nodes);
  const simulation = createSimulation(options.onProgress ?? (() => {}));
  const facts: FleetFacts = {
    topology,
    directory: createDirectory(nodes, random),
    config: options.config ?? WAN_NODE_CONFIG,
  };
  const broadcasts = createBroadcasts(nodes);
  const hosts: (Host<Carried> | undefined)[] = new Array(nodes).fill(undefined);
  const timers = Array.from({ length: nodes }, () => new Map<string, number>());
  const lives = new Int32Array(nodes);
  const refusals = new Map<string, number>();
  let timersSet = 0;
  let groupOf: (node: NodeIndex) => number = () => 0;
  let serverGroup = 0;

  const tell = (node: NodeIndex, fact: HostFact<Carried>) => hosts[node]?.handle(fact);

  const network = createNetwork<Carried>({ simulation, topology, random, onFact: tell });
  const server = createSignalingServer({
    simulation,
    topology,
    random,
    isAlive: network.isAlive,
    reachesServer: (node) => groupOf(node) === serverGroup,
    onFact: (node, fact) => {
      if (fact.type === 'signal-arrived') dialing.onSignal(node, fact.from, fact.signal);
      else tell(node, fact);
    },
  });
  const dialing = createDialing({
    simulation,
    topology,
    network,
    admits: (node, peer) => hosts[node]?.admits(peer) ?? false,
    sendSignal: (from, to, signal) =>
      server.send(from, to, signal) || (hosts[from]?.offerSignal(to, signal) ?? false),
    onFailed: (node, peer) => tell(node, { type: 'dial-failed', peer }),
  });

  const servicesOf = (node: NodeIndex): HostServices<Carried> => {
    const ofNode = timers[node]!;
    return {
      node,
      random: random.stream(`node ${node}, life ${lives[node]}`),
      nowMs: () => simulation.nowMs,
      wallMs: () => wallClocks.read(node, simulation.nowMs),
      send: (peer, frame) => network.send(node, peer, frame),
      dial: (peer) => dialing.dial(node, peer),
      seekPeers: () => {
        if (server.isMember(node)) server.join(node);
      },
      hangUp: (peer, reason) => network.hangUp(node, peer, reason),
      schedule: (timer, delayMs) => {
        const ticket = ++timersSet;
        ofNode.set(timer, ticket);
        simulation.schedule(delayMs, () => {
          if (ofNode.get(timer) !== ticket) return;
          ofNode.delete(timer);
          simulation.trace.add(node);
          simulation.trace.addText(timer);
          tell(node, { type: 'timer-fired', timer });
        });
      },
      cancel: (timer) => {
        ofNode.delete(timer);
      },
      signalArrived: (from, signal) => dialing.onSignal(node, from, signal),
      payloadReceived: (item, hops) => broadcasts.received(item, node, hops, simulation.nowMs),
      itemRepaired: (item) => broadcasts.repaired(item, node, simulation.nowMs),
      refused: (_peer, reason) => {
        refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
      },
    };
  };

  const alive = () => {
    const living: NodeIndex[] = [];
    for (let node = 0; node < nodes; node++) if (network.isAlive(node)) living.push(node);
    return living;
  };

  return {
    simulation,
    topology,
    server,
    network,
    random,
    dials: dialing.dials,
    refusals,
    start: (node) => {
      lives[node]!++;
      network.start(node);
      hosts[node] = options.createHost(servicesOf(node), facts);
      tell(node, { type: 'node-started' });
      server.join(node);
    },
    crash: (node) => {
      network.crash(node);
      server.leave(node);
      dialing.forget(node);
      timers[node]!.clear();
      hosts[node] = undefined;
    },
    publish: (node, scope = 'fleet') => {
      const host = hosts[node];
      if (host === undefined) throw new Error(`node ${node} does not live and can publish nothing`);
      let broadcast: Broadcast | undefined;
      host.publish((item) => {
        broadcast = broadcasts.sent(item, node, simulation.nowMs);
      }, scope);
      return broadcast!;
    },
    lifeOf: (node) => lives[node]!,
    presentAt: (node) => hosts[node]?.present?.() ?? new Set(),
    lacking: () => {
      const held = alive().map((node) => new Set(hosts[node]!.held()));
      const all = new Set(held.flatMap((items) => [...items]));
      return held.reduce((sum, { size }) => sum + all.size - size, 0);
    },
    alive,
    graph: () => graphOf(alive(), network.linksOf),
    partition: (next, groupOfServer) => {
      groupOf = next;
      serverGroup = groupOfServer;
      network.partition(next);
      server.reachabilityChanged();
    },
  };
}
