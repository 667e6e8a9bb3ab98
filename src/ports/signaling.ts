import type { IceGrant } from '../core/wire/contact/ice-server.ts';
import type { NodeId } from '../core/wire/encoding/ids.ts';
import type { Identity } from './keys.ts';

/** First contact: a room where nodes of one fleet find each other and pass signals on. Proves nothing about anyone. */
export interface SignalingRoom {
  send(to: NodeId, signal: Uint8Array): void;
  /**
   * Meets whoever names the same 16 bytes in the same room at this server, and passes bytes both ways: the last rung,
   * where no WebRTC is possible. The server can read, drop and change what is not sealed.
   */
  openRelay(rendezvous: Uint8Array, onEvent: (event: RelayEvent) => void): RelaySocket;
  /** Idempotent. Relays that are open go on. */
  close(): void;
}

/** Messages of at most MAX_RELAY_MESSAGE_BYTES, in order; the server holds back whoever sends too fast. */
export interface RelaySocket {
  /** Dropped before `relay-opened` and after the end. */
  send(bytes: Uint8Array): void;
  /** Bytes handed to send() and not yet given to the network. */
  bufferedBytes(): number;
  /** Idempotent; what was sent before still goes out. */
  close(): void;
}

export type RelayEvent =
  /** Both ends are there. */
  | { readonly type: 'relay-opened' }
  | { readonly type: 'relay-received'; readonly bytes: Uint8Array }
  /** Said once, never after close(). */
  | { readonly type: 'relay-closed'; readonly reason: string };

export type SignalingEvent =
  /** The server took us in; `present` are the others in the order in which they joined, or a sample of MAX_ROOM_SAMPLE of them (S3). */
  | { readonly type: 'signaling-joined'; readonly present: readonly NodeId[]; readonly ice: IceGrant }
  /** The server's STUN and TURN servers, with new credentials: comes before the old ones end. */
  | { readonly type: 'ice-granted'; readonly ice: IceGrant }
  | { readonly type: 'peer-present'; readonly peer: NodeId }
  | { readonly type: 'signal-received'; readonly from: NodeId; readonly signal: Uint8Array }
  /** Said once; the room is of no use after it. The caller redials with backoff. */
  | { readonly type: 'signaling-lost'; readonly reason: string };

/**
 * A rendezvous of two: one that offers and one that answers under the same name. Carries pairing messages of at most
 * MAX_PAIRING_MESSAGE_BYTES; what they say is between the two (docs/protocol.md, "Pairing").
 */
export interface PairingRoom {
  send(message: Uint8Array): void;
  /** Idempotent. */
  close(): void;
}

export type PairingSide = 'offer' | 'answer';

export type PairingEvent =
  /** Both sides are there. */
  | { readonly type: 'pairing-open' }
  | { readonly type: 'pairing-message'; readonly message: Uint8Array }
  /**
   * Said once. `taken`: that side of the rendezvous is in use. `left`: the other one went. `lost`: the server is not
   * reachable, or ended it.
   */
  | {
      readonly type: 'pairing-closed';
      readonly cause: 'taken' | 'left' | 'lost';
      readonly reason: string;
    };

export interface Signaling {
  /**
   * `room` is 16 bytes; nodes of a fleet derive it from the fleet's id. `self` signs the server's challenge, so that
   * nobody else can take its place in the room.
   */
  join(
    url: string,
    room: Uint8Array,
    self: Identity,
    onEvent: (event: SignalingEvent) => void,
  ): SignalingRoom;
  /** `rendezvous` is 16 bytes. */
  pair(
    url: string,
    rendezvous: Uint8Array,
    side: PairingSide,
    onEvent: (event: PairingEvent) => void,
  ): PairingRoom;
}
