import type { MonotonicMs, WallMs } from '../../src/core/time/instant.ts';
import type { Random } from '../engine/random.ts';
import type { Frame, NetworkFact } from '../network/network.ts';
import type { SignalingFact } from '../network/signaling-server.ts';
import type { NodeIndex } from '../network/topology.ts';

/** What runs one node: it is told facts one by one and acts through its services. */
export interface Host<Carried extends Frame> {
  handle(fact: HostFact<Carried>): void;
  /** Whether the node takes a link that the other dials. */
  admits(peer: NodeIndex): boolean;
  /** Sends a signal through the mesh; false when it knows no way. */
  offerSignal(to: NodeIndex, signal: Uint8Array): boolean;
  /** Whom the node takes to be there now, where it hears leases. */
  present?(): ReadonlySet<NodeIndex>;
  /** Names all items that it holds now. */
  held(): Iterable<string>;
  /** Makes an item for the fleet or for the node's site, names it, and only then spreads it. */
  publish(named: (item: string) => void, scope: Scope): void;
}

export type Scope = 'fleet' | 'site';

export type HostFact<Carried extends Frame> =
  | NetworkFact<Carried>
  | SignalingFact
  | { readonly type: 'node-started' }
  | { readonly type: 'dial-failed'; readonly peer: NodeIndex }
  | { readonly type: 'timer-fired'; readonly timer: string };

/** Everything that a host may do to the world around it. */
export interface HostServices<Carried extends Frame> {
  readonly node: NodeIndex;
  readonly random: Random;
  nowMs(): MonotonicMs;
  wallMs(): WallMs;
  send(peer: NodeIndex, frame: Carried): void;
  dial(peer: NodeIndex): void;
  hangUp(peer: NodeIndex, reason: string): void;
  /** Joins the signaling server's room again, which names others then. */
  seekPeers(): void;
  /** Moves the timer if it is pending. */
  schedule(timer: string, delayMs: number): void;
  cancel(timer: string): void;
  /** A signal that came through the mesh. */
  signalArrived(from: NodeIndex, signal: Uint8Array): void;
  /** A payload came over a link. `hops`: links that it crossed. */
  payloadReceived(item: string, hops: number): void;
  /** What the payload brings came by reconciliation. */
  itemRepaired(item: string): void;
  /** The node turned something away. */
  refused(peer: NodeIndex, reason: string): void;
}
