import { sampleOfRoom } from '../../signaling/room-sample.ts';
import { MAX_ROOM_SAMPLE } from '../../src/core/wire/encoding/limits.ts';
import type { Random, RandomSource } from '../engine/random.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { NodeIndex, Topology } from './topology.ts';

/** The fleet's room on its signaling server (docs/protocol.md, S-rules), as far as nodes can see it. */
export interface SignalingServer {
  join(node: NodeIndex): void;
  /** The node is gone. */
  leave(node: NodeIndex): void;
  isMember(node: NodeIndex): boolean;
  /** False when the sender is no member. A signal for who is none is dropped without a word (S5). */
  send(from: NodeIndex, to: NodeIndex, signal: Uint8Array): boolean;
  setUp(up: boolean): void;
  /** Members that the server can no longer be reached by lose it; who can reach it again joins again. */
  reachabilityChanged(): void;
}

export type SignalingFact =
  | { readonly type: 'peers-introduced'; readonly peers: readonly NodeIndex[] }
  | { readonly type: 'peer-seen'; readonly peer: NodeIndex }
  | { readonly type: 'signal-arrived'; readonly from: NodeIndex; readonly signal: Uint8Array };

/** As the node's pause before it joins again, with the jitter that it has then. */
const REJOIN_MS = { least: 500, spread: 22_000 };
/** WebSocket over TLS and the proof of the key, before a join is answered. */
const JOIN_ROUND_TRIPS = 4;

export function createSignalingServer(deps: {
  readonly simulation: Simulation;
  readonly topology: Topology;
  readonly random: RandomSource;
  readonly isAlive: (node: NodeIndex) => boolean;
  readonly reachesServer: (node: NodeIndex) => boolean;
  readonly onFact: (node: NodeIndex, fact: SignalingFact) => void;
}): SignalingServer {
  const { simulation, topology } = deps;
  const rejoining: Random = deps.random.stream('joining a signaling server again');
  const sampling: Random = deps.random.stream('whom the signaling server names');
  /** In the order in which they joined. */
  const members = new Set<NodeIndex>();
  let isUp = true;

  const tell = (node: NodeIndex, fact: SignalingFact) => {
    const { trace } = simulation;
    trace.add(simulation.nowMs);
    trace.add(node);
    trace.addText(fact.type);
    if (fact.type === 'peers-introduced') for (const peer of fact.peers) trace.add(peer);
    else trace.add(fact.type === 'peer-seen' ? fact.peer : fact.from);
    deps.onFact(node, fact);
  };

  const reaches = (node: NodeIndex) => isUp && deps.isAlive(node) && deps.reachesServer(node);

  const join = (node: NodeIndex) =>
    simulation.schedule(topology.serverMs(node) * 2 * JOIN_ROUND_TRIPS, () => {
      if (!reaches(node)) return;
      members.delete(node);
      const nonce = Uint8Array.from({ length: MAX_ROOM_SAMPLE }, () => Math.floor(sampling() * 256));
      const nearby = [...members].filter((member) => topology.shareAddress(member, node));
      const present = sampleOfRoom([...members], nearby, MAX_ROOM_SAMPLE, nonce);
      members.add(node);
      tell(node, { type: 'peers-introduced', peers: present });
      for (const peer of present)
        simulation.schedule(topology.serverMs(peer), () => {
          if (members.has(peer)) tell(peer, { type: 'peer-seen', peer: node });
        });
    });

  const joinAgain = () => {
    for (let node = 0; node < topology.nodes; node++)
      if (!members.has(node) && reaches(node))
        simulation.schedule(REJOIN_MS.least + rejoining() * REJOIN_MS.spread, () => {
          if (!members.has(node)) join(node);
        });
  };

  return {
    join,
    leave: (node) => {
      members.delete(node);
    },
    isMember: (node) => members.has(node),
    send: (from, to, signal) => {
      if (!members.has(from)) return false;
      simulation.schedule(topology.serverMs(from) + topology.serverMs(to), () => {
        if (members.has(to)) tell(to, { type: 'signal-arrived', from, signal });
      });
      return true;
    },
    setUp: (up) => {
      isUp = up;
      if (!up) members.clear();
      else joinAgain();
    },
    reachabilityChanged: () => {
      for (const node of [...members]) if (!reaches(node)) members.delete(node);
      joinAgain();
    },
  };
}
