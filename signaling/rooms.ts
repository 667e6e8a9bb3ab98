import type { IceGrant } from '../src/core/wire/contact/ice-server.ts';
import {
  CLOSE_FULL,
  CLOSE_MALFORMED,
  CLOSE_NOT_PROVEN,
  CLOSE_OTHER_LEFT,
  CLOSE_TAKEN,
  CLOSE_TOO_MUCH,
  CLOSE_TOO_SLOW,
  type ClientMessage,
  decodeClientMessage,
  encodeServerMessage,
  joinMessage,
  relayMessage,
  type ServerMessage,
  SIGNALING_VERSION,
} from '../src/core/wire/contact/signaling.ts';
import type { NodeId } from '../src/core/wire/encoding/ids.ts';
import { toBase64Url } from '../src/core/wire/encoding/ids.ts';
import { MAX_RELAY_MESSAGE_BYTES, MAX_ROOM_SAMPLE } from '../src/core/wire/encoding/limits.ts';
import type { RoomsLimits } from './limits.ts';
import { createRelayBudget, DEFAULT_RELAY_LIMITS, type RelayLimits } from './relay-budget.ts';
import { createRelays, leaveSeat, overdueSeats, type Relays, takeSeat } from './relays.ts';
import { sampleOfRoom } from './room-sample.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** Rooms and rendezvous as a function of inputs and time; the server around it only carries bytes. docs/protocol.md, S-rules. */
export interface RoomsState {
  readonly limits: RoomsLimits;
  readonly sockets: Map<SocketId, Socket>;
  readonly socketsOfAddress: Map<string, number>;
  /** Members in the order in which they joined. */
  readonly rooms: Map<string, Map<NodeId, SocketId>>;
  readonly rendezvous: Map<string, Rendezvous>;
  readonly relays: Relays;
}

export type SocketId = number;

interface Socket {
  readonly address: string;
  readonly host: string;
  readonly nonce: Uint8Array;
  readonly messages: TokenBucket;
  /** When an idle socket that has not said what it wants is closed. */
  readonly decideByMs: number;
  place: Place;
}

type Place =
  | { readonly type: 'undecided' }
  | { readonly type: 'proving'; readonly room: string; readonly key: NodeId }
  | { readonly type: 'member'; readonly room: string; readonly key: NodeId }
  | {
      readonly type: 'proving-relay';
      readonly room: string;
      readonly key: NodeId;
      readonly rendezvous: string;
    }
  | { readonly type: 'relay' }
  | { readonly type: 'pairing'; readonly rendezvous: string; readonly side: 'offer' | 'answer' };

interface Rendezvous {
  offer: SocketId | undefined;
  answer: SocketId | undefined;
  expiresAtMs: number;
}

export type RoomsInput =
  | {
      readonly type: 'socket-opened';
      readonly socket: SocketId;
      readonly address: string;
      /** The Host header that the socket came with. */
      readonly host: string;
      /** 32 random bytes. */
      readonly nonce: Uint8Array;
    }
  | { readonly type: 'message-received'; readonly socket: SocketId; readonly bytes: Uint8Array }
  /** The answer to a `verify` effect; `ice` is what is lent to the member. */
  | {
      readonly type: 'join-verified';
      readonly socket: SocketId;
      readonly valid: boolean;
      readonly ice: IceGrant;
    }
  /** The answer to an `issue-ice` effect. */
  | { readonly type: 'ice-issued'; readonly socket: SocketId; readonly ice: IceGrant }
  | { readonly type: 'socket-closed'; readonly socket: SocketId }
  /** About once a second: expires what is due. */
  | { readonly type: 'time-passed' };

export type RoomsEffect =
  | { readonly type: 'send'; readonly socket: SocketId; readonly bytes: Uint8Array }
  /** The socket is forgotten already; what it sends from now on is ignored. */
  | { readonly type: 'close'; readonly socket: SocketId; readonly code: number; readonly reason: string }
  | {
      readonly type: 'verify';
      readonly socket: SocketId;
      readonly key: NodeId;
      readonly message: Uint8Array;
      readonly signature: Uint8Array;
    }
  /** A member wants its ICE servers anew. */
  | { readonly type: 'issue-ice'; readonly socket: SocketId; readonly key: NodeId }
  /** Passes bytes on unread; nothing is read from `from` for `pauseMs`, nor while `to` has much to take. */
  | {
      readonly type: 'relay';
      readonly from: SocketId;
      readonly to: SocketId;
      readonly bytes: Uint8Array;
      readonly pauseMs: number;
    };

const RELAY_REFUSALS = {
  taken: { code: CLOSE_TAKEN, reason: 'two have met there already' },
  full: { code: CLOSE_FULL, reason: 'the server has no more relays' },
  'used-up': { code: CLOSE_TOO_MUCH, reason: 'what may be relayed in an hour is used up' },
} as const;

export function createRoomsState(
  limits: RoomsLimits,
  relayLimits: RelayLimits = DEFAULT_RELAY_LIMITS,
): RoomsState {
  return {
    limits,
    sockets: new Map(),
    socketsOfAddress: new Map(),
    rooms: new Map(),
    rendezvous: new Map(),
    relays: createRelays(relayLimits, createRelayBudget(relayLimits)),
  };
}

/** Changes `state` and returns what is to be done, in order. Throws for nothing that a socket sends. */
export function handleRooms(state: RoomsState, input: RoomsInput, nowMs: number): readonly RoomsEffect[] {
  const effects: RoomsEffect[] = [];
  const { limits, sockets } = state;

  const say = (socket: SocketId, message: ServerMessage) =>
    effects.push({ type: 'send', socket, bytes: encodeServerMessage(message) });

  const close = (id: SocketId, code: number, reason: string) => {
    effects.push({ type: 'close', socket: id, code, reason });
    forget(id);
  };

  const forget = (id: SocketId) => {
    const socket = sockets.get(id);
    if (socket === undefined) return;
    sockets.delete(id);
    const left = (state.socketsOfAddress.get(socket.address) ?? 1) - 1;
    if (left > 0) state.socketsOfAddress.set(socket.address, left);
    else state.socketsOfAddress.delete(socket.address);
    leave(id, socket.place);
  };

  const leave = (id: SocketId, place: Place) => {
    if (place.type === 'member') {
      const room = state.rooms.get(place.room);
      if (room?.get(place.key) === id) room.delete(place.key);
      if (room?.size === 0) state.rooms.delete(place.room);
    }
    if (place.type === 'relay') {
      const other = leaveSeat(state.relays, id);
      if (other !== undefined) close(other, CLOSE_OTHER_LEFT, 'the other end left');
    }
    if (place.type === 'pairing') {
      const met = state.rendezvous.get(place.rendezvous);
      if (met === undefined) return;
      state.rendezvous.delete(place.rendezvous);
      const other = place.side === 'offer' ? met.answer : met.offer;
      if (other !== undefined) close(other, CLOSE_OTHER_LEFT, 'the other side left');
    }
  };

  const open = (opened: Extract<RoomsInput, { type: 'socket-opened' }>) => {
    const ofAddress = state.socketsOfAddress.get(opened.address) ?? 0;
    if (sockets.size >= limits.maxSockets || ofAddress >= limits.maxSocketsPerAddress) {
      effects.push({
        type: 'close',
        socket: opened.socket,
        code: CLOSE_FULL,
        reason:
          ofAddress >= limits.maxSocketsPerAddress
            ? 'too many sockets of this address'
            : 'the server is full',
      });
      return;
    }
    state.socketsOfAddress.set(opened.address, ofAddress + 1);
    sockets.set(opened.socket, {
      address: opened.address,
      host: opened.host,
      nonce: opened.nonce,
      messages: createTokenBucket(limits.messageBurst, limits.messagesPerSecond, nowMs),
      decideByMs: nowMs + limits.decideWithinMs,
      place: { type: 'undecided' },
    });
    say(opened.socket, { type: 'challenge', version: SIGNALING_VERSION, nonce: opened.nonce });
  };

  const receive = (id: SocketId, bytes: Uint8Array) => {
    const socket = sockets.get(id);
    if (socket === undefined) return;
    if (socket.place.type === 'relay') return passOn(id, bytes);
    if (!socket.messages.take(nowMs)) return close(id, CLOSE_TOO_MUCH, 'too many messages');
    let message: ClientMessage;
    try {
      message = decodeClientMessage(bytes);
    } catch (error) {
      return close(id, CLOSE_MALFORMED, (error as Error).message);
    }
    switch (message.type) {
      case 'ping':
        return say(id, { type: 'pong' });
      case 'ice':
        if (socket.place.type !== 'member') return close(id, CLOSE_MALFORMED, 'ICE servers before the join');
        return effects.push({ type: 'issue-ice', socket: id, key: socket.place.key });
      case 'join':
        return startJoin(id, socket, message);
      case 'relay':
        return startRelay(id, socket, message);
      case 'pair':
        return meet(id, socket, message);
      case 'signal': {
        const { place } = socket;
        if (place.type !== 'member') return close(id, CLOSE_MALFORMED, 'a signal before the join');
        const to = state.rooms.get(place.room)?.get(message.peer);
        // Nobody there: the peer left meanwhile, which is no fault of the sender.
        if (to !== undefined) say(to, { type: 'signal', peer: place.key, signal: message.signal });
        return;
      }
      case 'message': {
        const { place } = socket;
        const met = place.type === 'pairing' ? state.rendezvous.get(place.rendezvous) : undefined;
        if (place.type !== 'pairing' || met?.offer === undefined || met.answer === undefined)
          return close(id, CLOSE_MALFORMED, 'a pairing message before the other side is there');
        say(place.side === 'offer' ? met.answer : met.offer, message);
      }
    }
  };

  const startJoin = (id: SocketId, socket: Socket, message: Extract<ClientMessage, { type: 'join' }>) => {
    if (socket.place.type !== 'undecided') return close(id, CLOSE_MALFORMED, 'a second join');
    const room = toBase64Url(message.room);
    socket.place = { type: 'proving', room, key: message.key };
    effects.push({
      type: 'verify',
      socket: id,
      key: message.key,
      message: joinMessage(socket.host, socket.nonce, message.room),
      signature: message.signature,
    });
  };

  const startRelay = (id: SocketId, socket: Socket, message: Extract<ClientMessage, { type: 'relay' }>) => {
    if (socket.place.type !== 'undecided') return close(id, CLOSE_MALFORMED, 'a second join');
    const { key, signature } = message;
    const [room, rendezvous] = [toBase64Url(message.room), toBase64Url(message.rendezvous)];
    socket.place = { type: 'proving-relay', room, key, rendezvous };
    const signed = relayMessage(socket.host, socket.nonce, message.room, message.rendezvous);
    effects.push({ type: 'verify', socket: id, key, message: signed, signature });
  };

  const finishRelay = (id: SocketId, socket: Socket, place: Extract<Place, { type: 'proving-relay' }>) => {
    const seating = takeSeat(state.relays, id, place, nowMs);
    if (seating.type === 'refused') {
      const { code, reason } = RELAY_REFUSALS[seating.why];
      return close(id, code, reason);
    }
    socket.place = { type: 'relay' };
    if (seating.type === 'met') for (const end of [seating.other, id]) say(end, { type: 'relay-open' });
  };

  const passOn = (from: SocketId, bytes: Uint8Array) => {
    const { room, key, other } = state.relays.seats.get(from)!;
    if (other === undefined) return close(from, CLOSE_MALFORMED, 'bytes before the other end is there');
    if (bytes.length > MAX_RELAY_MESSAGE_BYTES)
      return close(from, CLOSE_MALFORMED, 'a message over the limit');
    const spending = state.relays.budget.spend(room, key, bytes.length, nowMs);
    if (spending.type === 'used-up') return close(from, CLOSE_TOO_MUCH, RELAY_REFUSALS['used-up'].reason);
    effects.push({ type: 'relay', from, to: other, bytes, pauseMs: spending.pauseMs });
  };

  const finishJoin = (id: SocketId, valid: boolean, ice: IceGrant) => {
    const socket = sockets.get(id);
    if (socket === undefined || (socket.place.type !== 'proving' && socket.place.type !== 'proving-relay'))
      return;
    if (!valid)
      return close(
        id,
        CLOSE_NOT_PROVEN,
        `the signature does not fit the key and the host ${socket.host.slice(0, 60)}`,
      );
    if (socket.place.type === 'proving-relay') return finishRelay(id, socket, socket.place);
    const { room: name, key } = socket.place;
    const before = state.rooms.get(name)?.get(key);
    if (before !== undefined) close(before, CLOSE_TAKEN, 'the same key joined again');
    const room = state.rooms.get(name) ?? new Map<NodeId, SocketId>();
    if (room.size === 0 && state.rooms.size >= limits.maxRooms)
      return close(id, CLOSE_FULL, 'the server has no more rooms');
    if (room.size >= limits.maxMembersPerRoom) return close(id, CLOSE_FULL, 'the room is full');
    const members = [...room.keys()];
    const nearby = members.filter((member) => sockets.get(room.get(member)!)?.address === socket.address);
    const present = sampleOfRoom(members, nearby, MAX_ROOM_SAMPLE, socket.nonce);
    room.set(key, id);
    state.rooms.set(name, room);
    socket.place = { type: 'member', room: name, key };
    say(id, { type: 'joined', present, ice });
    // Only those who were named to the newcomer hear of it: in a large room a join costs no more than in a small one.
    for (const peer of present) say(room.get(peer)!, { type: 'present', peer: key });
  };

  const meet = (id: SocketId, socket: Socket, message: Extract<ClientMessage, { type: 'pair' }>) => {
    if (socket.place.type !== 'undecided') return close(id, CLOSE_MALFORMED, 'a second join');
    const name = toBase64Url(message.rendezvous);
    const found = state.rendezvous.get(name);
    if (found === undefined && state.rendezvous.size >= limits.maxRendezvous)
      return close(id, CLOSE_FULL, 'the server has no more rendezvous');
    if (found?.[message.side] !== undefined)
      return close(id, CLOSE_TAKEN, 'this side of the rendezvous is taken');
    const met: Rendezvous = found ?? {
      offer: undefined,
      answer: undefined,
      expiresAtMs: nowMs + limits.rendezvousLifeMs,
    };
    met[message.side] = id;
    state.rendezvous.set(name, met);
    socket.place = { type: 'pairing', rendezvous: name, side: message.side };
    if (met.offer === undefined || met.answer === undefined) return;
    met.expiresAtMs = nowMs + limits.pairingLifeMs;
    say(met.offer, { type: 'paired' });
    say(met.answer, { type: 'paired' });
  };

  const expire = () => {
    for (const id of overdueSeats(state.relays, nowMs))
      close(id, CLOSE_TOO_SLOW, 'the other end did not come');
    for (const [id, socket] of [...sockets])
      if (socket.place.type === 'undecided' && socket.decideByMs <= nowMs)
        close(id, CLOSE_TOO_SLOW, 'neither joined nor paired in time');
    for (const met of [...state.rendezvous.values()])
      if (met.expiresAtMs <= nowMs)
        for (const id of [met.offer, met.answer])
          if (id !== undefined && sockets.has(id)) close(id, CLOSE_TOO_SLOW, 'the rendezvous expired');
  };

  switch (input.type) {
    case 'socket-opened':
      open(input);
      break;
    case 'message-received':
      receive(input.socket, input.bytes);
      break;
    case 'join-verified':
      finishJoin(input.socket, input.valid, input.ice);
      break;
    case 'ice-issued':
      if (sockets.has(input.socket)) say(input.socket, { type: 'ice', ice: input.ice });
      break;
    case 'socket-closed':
      forget(input.socket);
      break;
    case 'time-passed':
      expire();
  }
  return effects;
}
