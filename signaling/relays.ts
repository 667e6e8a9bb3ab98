import type { NodeId } from '../src/core/wire/encoding/ids.ts';
import type { RelayBudget, RelayLimits } from './relay-budget.ts';

/** Two sockets that meet and whose bytes are passed on unread, as a function of inputs and time (docs/protocol.md, S13 to S15). */
export interface Relays {
  readonly budget: RelayBudget;
  readonly limits: RelayLimits;
  readonly seats: Map<number, RelaySeat>;
  /** By room and rendezvous: who waits there, or the two that have met. */
  readonly places: Map<string, readonly number[]>;
  readonly socketsOfNode: Map<string, number>;
}

export interface RelaySeat {
  readonly room: string;
  readonly key: NodeId;
  readonly rendezvous: string;
  readonly meetByMs: number;
  other: number | undefined;
}

export function createRelays(limits: RelayLimits, budget: RelayBudget): Relays {
  return { budget, limits, seats: new Map(), places: new Map(), socketsOfNode: new Map() };
}

export type Seating =
  | { readonly type: 'waits' }
  /** Both are there. */
  | { readonly type: 'met'; readonly other: number }
  | { readonly type: 'refused'; readonly why: 'taken' | 'full' | 'used-up' };

/** Gives a socket that has proven its key a seat at the rendezvous. */
export function takeSeat(
  relays: Relays,
  socket: number,
  asked: { readonly room: string; readonly key: NodeId; readonly rendezvous: string },
  nowMs: number,
): Seating {
  const { seats, places, limits, budget } = relays;
  const node = nodeOf(asked);
  const ofNode = relays.socketsOfNode.get(node) ?? 0;
  if (seats.size >= limits.maxRelaySockets || ofNode >= limits.maxRelaySocketsPerNode)
    return { type: 'refused', why: 'full' };
  if (budget.isUsedUp(asked.room, asked.key, nowMs)) return { type: 'refused', why: 'used-up' };
  const place = placeOf(asked);
  const there = places.get(place) ?? [];
  // Attack: a third that knows the rendezvous; the two that have met are not disturbed.
  if (there.length > 1) return { type: 'refused', why: 'taken' };
  const [first] = there;
  places.set(place, [...there, socket]);
  seats.set(socket, { ...asked, meetByMs: nowMs + limits.meetWithinMs, other: first });
  relays.socketsOfNode.set(node, ofNode + 1);
  if (first === undefined) return { type: 'waits' };
  seats.get(first)!.other = socket;
  return { type: 'met', other: first };
}

/** Frees the seat; returns the other end, which is left alone. */
export function leaveSeat(relays: Relays, socket: number): number | undefined {
  const seat = relays.seats.get(socket);
  if (seat === undefined) return undefined;
  relays.seats.delete(socket);
  // The place goes with the first that leaves: the other end is closed after it.
  relays.places.delete(placeOf(seat));
  const left = (relays.socketsOfNode.get(nodeOf(seat)) ?? 1) - 1;
  if (left > 0) relays.socketsOfNode.set(nodeOf(seat), left);
  else relays.socketsOfNode.delete(nodeOf(seat));
  const other = seat.other === undefined ? undefined : relays.seats.get(seat.other);
  if (other !== undefined) other.other = undefined;
  return seat.other;
}

/** Sockets that have waited too long. */
export function overdueSeats(relays: Relays, nowMs: number): readonly number[] {
  relays.budget.expire(nowMs);
  return [...relays.seats]
    .filter(([, { other, meetByMs }]) => other === undefined && meetByMs <= nowMs)
    .map(([socket]) => socket);
}

function placeOf({ room, rendezvous }: Pick<RelaySeat, 'room' | 'rendezvous'>): string {
  return `${room} ${rendezvous}`;
}

function nodeOf({ room, key }: Pick<RelaySeat, 'room' | 'key'>): string {
  return `${room} ${key}`;
}
