import type { IceGrant } from '../core/wire/ice-server.ts';
import type { NodeId } from '../core/wire/ids.ts';
import type { Identity } from './keys.ts';

/** First contact: a room where nodes of one fleet find each other and pass signals on. Proves nothing about anyone. */
export interface SignalingRoom {
  send(to: NodeId, signal: Uint8Array): void;
  /** Idempotent. */
  close(): void;
}

export type SignalingEvent =
  /** The server took us in; `present` are the others in the order in which they joined, or a sample of MAX_ROOM_SAMPLE of them. */
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
