import type { LinkFacts } from '../core/node/input.ts';
import type { IceServer } from '../core/wire/contact/ice-server.ts';
import type { RelayEvent, RelaySocket } from './signaling.ts';

export type { LinkFacts };

/**
 * A connection is one WebRTC peer connection that is open but proves nothing yet. The runtime authenticates it
 * (docs/protocol.md, "Link handshake") and only then calls it a link.
 */
export interface Connection {
  /** SHA-256 of the DTLS certificate that this end presents, 32 bytes, from its own session description. */
  readonly localFingerprint: Uint8Array;
  /** SHA-256 of the DTLS certificate that the other end must present, 32 bytes, from its session description. */
  readonly remoteFingerprint: Uint8Array;
  /** True at the end that made the offer; the two ends always disagree. */
  readonly initiator: boolean;
  /** Sends one control frame of at most MAX_FRAME_BYTES. A frame to a closed connection is dropped. */
  send(frame: Uint8Array): void;
  /** Bytes handed to send() and not yet given to the network. */
  bufferedBytes(): number;
  /** Called when these have fallen so low, below 64 KiB in any case, that more should be sent. One listener. */
  onRoom(listener: () => void): void;
  /**
   * One listener at a time. While there is none (before the first call, or after `undefined`) frames are kept, at
   * most MAX_KEPT_BYTES, and then delivered in order. A frame over MAX_FRAME_BYTES closes.
   */
  onFrame(listener: ((frame: Uint8Array) => void) | undefined): void;
  /** Called once, also when the connection was closed before the call. */
  onClose(listener: (reason: string) => void): void;
  /**
   * The bulk channel with this id; both ends name the same id, no negotiation follows. What the other end sends
   * before this is called is lost, so say "ready" on the control channel first. Throws RangeError for an id that is open, or closed
   * and not gone yet.
   */
  openChannel(id: number): ByteChannel;
  stats(): Promise<LinkFacts>;
  /** Idempotent. What was sent before still travels, for a second at most. */
  close(reason: string): void;
  /** Resolves when a connection that was closed is done with that. */
  gone(): Promise<void>;
}

/** Ordered, reliable bytes. Message boundaries mean nothing: what was written arrives cut and joined in any way. */
export interface ByteChannel {
  /**
   * Resolves when the channel takes more: the back-pressure a writer must wait for. From then on the caller may use the bytes again.
   * Rejects with ConnectionFailed when the channel is closed; a write that waits when it closes, from whichever end, never goes on
   * waiting.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** One listener. What comes before it is kept, at most MAX_KEPT_BYTES; more closes the channel. */
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** Called once, also when the channel was closed before the call. */
  onClose(listener: () => void): void;
  /** Idempotent. */
  close(): void;
  /**
   * Resolves when both ends have closed it and nothing of it is under way any more, or with the end of the connection: only then may
   * its id be opened again.
   */
  gone(): Promise<void>;
}

/** One attempt at a connection, from the first description to open or failed. */
export interface ConnectionAttempt {
  /** Feeds a signal of the other end (opaque bytes, hostile until parsed); a malformed one fails the attempt. */
  signal(bytes: Uint8Array): void;
  /** Resolves once the control channel is open; rejects with a ConnectionFailed when it will never be. */
  readonly opened: Promise<Connection>;
  /** Idempotent; rejects `opened` if it is pending. */
  close(): void;
}

export interface AttemptOptions {
  readonly initiator: boolean;
  /** The adapter's own patience when absent; longer where people carry the signals. */
  readonly openWithinMs?: number;
  /** Gets what must reach the other end, at most MAX_SIGNAL_BYTES each. */
  readonly onSignal: (bytes: Uint8Array) => void;
  /** STUN and TURN servers as they are now; without any, only neighbours on the same network are reached. */
  readonly iceServers?: readonly IceServer[];
  /** A way by a server that passes bytes on; absent where none is joined. */
  readonly relay?: RelayPath;
}

/** Where the two ends of an attempt can meet at a signaling server. */
export interface RelayPath {
  /**
   * Opens a socket at `server`, or at one where the other end was seen when that is not a server of this node, or none is
   * named. Undefined when no server is joined.
   */
  open(
    rendezvous: Uint8Array,
    server: string | undefined,
    onEvent: (event: RelayEvent) => void,
  ): { readonly server: string; readonly socket: RelaySocket } | undefined;
}

export interface Connector {
  attempt(options: AttemptOptions): ConnectionAttempt;
}

/** Why an attempt came to nothing. All of these are normal; the caller tries again later or elsewhere. */
export type ConnectionFailure =
  /** The caller closed the attempt. */
  | 'closed'
  /** It did not open in time: no path between the two, or the other end went away. */
  | 'timed-out'
  /** The other end, or who carried its signals, sent something that is no signal. */
  | 'bad-signal'
  /** ICE or DTLS gave up. */
  | 'failed';

export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
  readonly failure: ConnectionFailure;

  constructor(failure: ConnectionFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}
