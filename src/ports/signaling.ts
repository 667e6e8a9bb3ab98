import type { NodeId } from '../core/wire/ids.ts';

/** First contact: a room where nodes of one fleet find each other and pass signals on. Proves nothing about anyone. */
export interface SignalingRoom {
  send(to: NodeId, signal: Uint8Array): void;
  /** Idempotent. */
  close(): void;
}

export type SignalingEvent =
  /** The server took us in; `present` are the others, newest last, at most MAX_ROOM_SAMPLE. */
  | { readonly type: 'signaling-joined'; readonly present: readonly NodeId[] }
  | { readonly type: 'peer-present'; readonly peer: NodeId }
  | { readonly type: 'signal-received'; readonly from: NodeId; readonly signal: Uint8Array }
  /** Said once; the room is of no use after it. The caller redials with backoff. */
  | { readonly type: 'signaling-lost'; readonly reason: string };

/** A rendezvous of two: whoever names the same id meets. Carries pairing messages; the server learns nothing of them. */
export interface PairingRoom {
  send(message: Uint8Array): void;
  close(): void;
}

export type PairingEvent =
  | { readonly type: 'pairing-open' }
  | { readonly type: 'pairing-message'; readonly message: Uint8Array }
  | { readonly type: 'pairing-closed'; readonly reason: string };

export interface Signaling {
  /** `room` is 16 bytes; nodes of a fleet derive it from the fleet's id. */
  join(url: string, room: Uint8Array, self: NodeId, onEvent: (event: SignalingEvent) => void): SignalingRoom;
  pair(url: string, rendezvous: Uint8Array, onEvent: (event: PairingEvent) => void): PairingRoom;
}
