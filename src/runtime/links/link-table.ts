import type { Priority } from '../../core/overlay/input.ts';
import type { IceServer } from '../../core/wire/contact/ice-server.ts';
import {
  ATTEMPT_BYTES,
  decodeSignalFrame,
  encodeSignalFrame,
  type SignalFrame,
  sameAttempt,
} from '../../core/wire/contact/signal-frame.ts';
import { type FleetId, type NodeId, toBase64Url } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { HANDSHAKE_NONCE_BYTES } from '../../core/wire/link/handshake.ts';
import type { LinkMessage } from '../../core/wire/link/message.ts';
import type { Rung } from '../../core/wire/statement/statement.ts';
import type { Clock, Randomness } from '../../ports/clock.ts';
import {
  type ByteChannel,
  type Connection,
  type ConnectionAttempt,
  ConnectionFailed,
  type Connector,
  type RelayPath,
} from '../../ports/connections.ts';
import type { Identity, Keys } from '../../ports/keys.ts';
import { AuthenticationFailed, authenticateConnection } from './authenticate.ts';
import { createMovableLink, type MovableLink } from './movable-link.ts';
import { isTurn } from './rung-climbing.ts';
import { createSendQueue, type SendQueue } from './send-queue.ts';

export type LinkTableEvent =
  /** `features`: what the other end named in its handshake (H14). */
  | {
      readonly type: 'link-up';
      readonly peer: NodeId;
      readonly dialled: boolean;
      readonly features: readonly string[];
    }
  | { readonly type: 'link-down'; readonly peer: NodeId; readonly reason: string }
  /** The link goes on over a better connection; nothing was lost, and its channels ended. */
  | { readonly type: 'link-moved'; readonly peer: NodeId }
  /** More waits than the link should hold; said once until it is drained. */
  | { readonly type: 'link-congested'; readonly peer: NodeId }
  | { readonly type: 'link-drained'; readonly peer: NodeId }
  /** The answer to `dial` when no link came of it. */
  | { readonly type: 'dial-failed'; readonly peer: NodeId; readonly reason: string }
  /** An end turned out to be bad: it proved nothing, its signals were none, or it takes nothing. Before a proof anybody may have named `peer`. */
  | { readonly type: 'link-refused'; readonly peer: NodeId; readonly reason: string }
  /** What this node was to say is more than its reader takes; it was left out. */
  | { readonly type: 'message-unsendable'; readonly peer: NodeId; readonly reason: string }
  | { readonly type: 'frame-received'; readonly peer: NodeId; readonly frame: Uint8Array };

/** Attempts at connections and the links that came of them. A link is a connection whose other end has proved its key. */
export interface LinkTable {
  dial(peer: NodeId): void;
  /** Looks for a better way for a link that stands (H13); it goes on as it is when there is none. */
  climb(peer: NodeId): void;
  onSignal(from: NodeId, bytes: Uint8Array): void;
  /** Makes a connection whose other end has proved this key a link; false when it is not wanted. */
  adopt(peer: NodeId, connection: Connection, features: readonly string[]): boolean;
  /** What is of a higher priority overtakes what waits; what reconciliation sends goes last, whatever it says. */
  send(peer: NodeId, message: LinkMessage, priority: Priority): void;
  openChannel(peer: NodeId, channel: number): ByteChannel | undefined;
  connections(): ReadonlyMap<NodeId, Connection>;
  hangUp(peer: NodeId, reason: string): void;
  /** Idempotent. Says goodbye on every link at once, and resolves when that has left, or could not within a second. */
  close(): Promise<void>;
}

interface Attempt {
  readonly nonce: Uint8Array;
  readonly initiator: boolean;
  readonly climbs: boolean;
  readonly connecting: ConnectionAttempt;
  readonly begunMs: number;
  /** Once it is open, while the other end has its key to prove. */
  connection: Connection | undefined;
  /** Of this end's hello. */
  readonly helloNonce: Uint8Array;
  /** What the other end's first signal says of its hello. */
  theirHelloNonce: Uint8Array | undefined;
  /** Signals that came, so that a copy that took another way is dropped. */
  readonly heard: Set<string>;
}

interface Link {
  readonly way: MovableLink;
  readonly queue: SendQueue;
}

const DOES_NOT_READ = 'it does not read what it is sent';
/** A guess: signals of one attempt; more say that somebody makes them up. */
const MAX_SIGNALS = 64;
/** A guess: offers that are under way at once, beside what this node dials; an active view twice over. */
const MAX_OFFERS = 24;
/**
 * A guess: an offer keeps its place for so long whoever else comes; links that open at all did so within 2 s. Longer favours slow lines and
 * relays while strangers besiege the node, shorter lets others in sooner and costs more: 8 connections a second at most.
 */
const OFFER_PLACE_MS = 3_000;
const PROVED_NOTHING = 'it did not prove its key in time, and others waited for its place';
/** A guess: attempts that ended and whose late signals are dropped. */
const MAX_ENDED = 128;

export function createLinkTable(deps: {
  readonly fleet: FleetId;
  readonly identity: Identity;
  readonly keys: Keys;
  readonly connector: Connector;
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** Hands a signal to the other node by whatever way there is; false when there is none. */
  readonly signal: (to: NodeId, bytes: Uint8Array) => boolean;
  /** Asked at each attempt: credentials end and are renewed. */
  readonly iceServers: () => readonly IceServer[];
  readonly relayTo: (peer: NodeId) => RelayPath;
  /** What the link to that node was last measured to stand on. */
  readonly rungOf: (peer: NodeId) => Rung;
  readonly admits: (peer: NodeId) => boolean;
  readonly onEvent: (event: LinkTableEvent) => void;
}): LinkTable {
  const { identity, onEvent } = deps;
  const attempts = new Map<NodeId, Attempt>();
  const links = new Map<NodeId, Link>();
  /**
   * Those that the caller asked for. Attack: offers in the name of an honest node, which fail, would be counted as dials of it that
   * failed, until it is forgotten.
   */
  const dialled = new Set<NodeId>();
  /** Nonces of attempts that came to an end, oldest first. */
  const ended = new Set<string>();
  let closed = false;
  let closing: Promise<void> | undefined;

  /** A way that is no better than the one that stands is not looked for. */
  const waysTo = (peer: NodeId, climbs: boolean) => {
    if (!climbs) return { iceServers: deps.iceServers(), relay: deps.relayTo(peer) };
    const withTurn = !isTurn(deps.rungOf(peer));
    return { iceServers: deps.iceServers().filter(({ type }) => withTurn || type === 'stun') };
  };

  const begin = (peer: NodeId, nonce: Uint8Array, initiator: boolean, climbs: boolean): Attempt => {
    const helloNonce = deps.randomness.bytes(HANDSHAKE_NONCE_BYTES);
    // The hello of an attempt that climbs also names the link that stands, which its other end could not know before.
    let toName = climbs ? undefined : helloNonce;
    const connecting = deps.connector.attempt({
      initiator,
      ...waysTo(peer, climbs),
      onSignal: (signal) => {
        const frame = { attempt: nonce, fromInitiator: initiator, climbs, helloNonce: toName, signal };
        toName = undefined;
        const bytes = frameOrNone(frame);
        if (bytes === undefined || !deps.signal(peer, bytes)) connecting.close();
      },
    });
    const attempt: Attempt = {
      nonce,
      initiator,
      climbs,
      connecting,
      begunMs: deps.clock.monotonicMs(),
      connection: undefined,
      helloNonce,
      theirHelloNonce: undefined,
      heard: new Set(),
    };
    attempts.set(peer, attempt);
    connecting.opened
      .then((connection) => authenticate(connection, peer, attempt))
      .catch((error: unknown) => fail(peer, attempt, error));
    return attempt;
  };

  const end = (peer: NodeId, attempt: Attempt) => {
    if (attempts.get(peer) === attempt) attempts.delete(peer);
    ended.add(toBase64Url(attempt.nonce));
    const oldest = ended.size > MAX_ENDED ? ended.values().next().value : undefined;
    if (oldest !== undefined) ended.delete(oldest);
  };

  const fail = (peer: NodeId, attempt: Attempt, error: unknown) => {
    attempt.connecting.close();
    if (attempts.get(peer) !== attempt) return;
    end(peer, attempt);
    if (closed) return;
    const reason = error instanceof Error ? error.message : String(error);
    if (isRefusal(error)) onEvent({ type: 'link-refused', peer, reason });
    if (dialled.delete(peer)) onEvent({ type: 'dial-failed', peer, reason });
  };

  const authenticate = async (connection: Connection, peer: NodeId, attempt: Attempt): Promise<void> => {
    attempt.connection = connection;
    const replaces = attempt.climbs ? links.get(peer)?.way.name() : undefined;
    const { name, moves, features } = await authenticateConnection(connection, {
      identity,
      keys: deps.keys,
      fleet: deps.fleet,
      expectedPeer: peer,
      nonce: attempt.helloNonce,
      ...(attempt.theirHelloNonce !== undefined && { announcedNonce: attempt.theirHelloNonce }),
      ...(replaces !== undefined && { replaces }),
      randomness: deps.randomness,
      clock: deps.clock,
    });
    const link = links.get(peer);
    // Both ends were to move the link that `replaces` names; here it has ended meanwhile, and the other end must learn of it.
    const gone = moves && link?.way.name() !== replaces;
    if (closed || gone || attempts.get(peer) !== attempt || !deps.admits(peer)) {
      connection.close('not wanted any more');
      return fail(peer, attempt, new Error('not wanted any more'));
    }
    end(peer, attempt);
    if (moves && link !== undefined) move(peer, link, connection, name);
    else establish(peer, connection, { name, features, dialled: attempt.initiator });
  };

  const establish = (
    peer: NodeId,
    connection: Connection,
    proven: {
      readonly name: Uint8Array | undefined;
      readonly features: readonly string[];
      readonly dialled: boolean;
    },
  ) => {
    // A node that restarted dials before its old link is known to be dead: the newer, proven one counts.
    hangUp(peer, 'replaced by a newer connection');
    const way = createMovableLink({
      connection,
      name: proven.name,
      clock: deps.clock,
      onFrame: (frame) => onEvent({ type: 'frame-received', peer, frame }),
      onEnd: (reason) => {
        if (links.get(peer)?.way === way) drop(peer, reason);
      },
    });
    const stuck = () => {
      onEvent({ type: 'link-refused', peer, reason: DOES_NOT_READ });
      hangUp(peer, DOES_NOT_READ);
    };
    const queue = createSendQueue({
      connection: way.connection,
      clock: deps.clock,
      onCongested: () => onEvent({ type: 'link-congested', peer }),
      onDrained: () => onEvent({ type: 'link-drained', peer }),
      onStuck: stuck,
      onUnsendable: (reason) => onEvent({ type: 'message-unsendable', peer, reason }),
    });
    links.set(peer, { way, queue });
    dialled.delete(peer);
    onEvent({ type: 'link-up', peer, dialled: proven.dialled, features: proven.features });
    way.begin();
  };

  const move = (peer: NodeId, { way, queue }: Link, connection: Connection, name: Uint8Array) => {
    way.moveTo(connection, name);
    queue.onMoved();
    onEvent({ type: 'link-moved', peer });
  };

  const drop = (peer: NodeId, reason: string) => {
    links.get(peer)?.queue.close();
    links.delete(peer);
    onEvent({ type: 'link-down', peer, reason });
  };

  const hangUp = (peer: NodeId, reason: string) => {
    const link = links.get(peer);
    if (link === undefined) return;
    link.queue.end(reason);
    links.delete(peer);
    link.way.close(reason);
    drop(peer, reason);
  };

  /**
   * Attack: offers under many names, each of which would cost a connection; and handshakes that are begun and left (slow loris), which
   * would keep all others out until they time out. Of the places that are all taken the oldest goes first, unless it is young.
   */
  const takesOffer = (): boolean => {
    const offers = [...attempts].filter(([, { initiator }]) => !initiator);
    const oldest = offers[0];
    if (oldest === undefined || offers.length < MAX_OFFERS) return true;
    const [peer, attempt] = oldest;
    if (deps.clock.monotonicMs() - attempt.begunMs < OFFER_PLACE_MS) return false;
    end(peer, attempt);
    attempt.connecting.close();
    if (attempt.connection === undefined) return true;
    attempt.connection.close(PROVED_NOTHING);
    onEvent({ type: 'link-refused', peer, reason: PROVED_NOTHING });
    return true;
  };

  const onOffer = (from: NodeId, nonce: Uint8Array, climbs: boolean): Attempt | undefined => {
    const own = attempts.get(from);
    // Both dialled at once: the offer of the lesser key stands.
    if (own?.initiator && identity.id < from) return undefined;
    if (!deps.admits(from) || (own === undefined && !takesOffer())) return undefined;
    if (own !== undefined) {
      attempts.delete(from);
      own.connecting.close();
    }
    return begin(from, nonce, false, climbs && links.has(from));
  };

  return {
    dial: (peer) => {
      if (closed || attempts.has(peer) || links.has(peer)) return;
      dialled.add(peer);
      begin(peer, deps.randomness.bytes(ATTEMPT_BYTES), true, false);
    },
    climb: (peer) => {
      if (closed || attempts.has(peer) || !links.has(peer)) return;
      begin(peer, deps.randomness.bytes(ATTEMPT_BYTES), true, true);
    },
    onSignal: (from, bytes) => {
      if (closed) return;
      try {
        const { attempt: nonce, fromInitiator, climbs, helloNonce, signal } = decodeSignalFrame(bytes);
        if (ended.has(toBase64Url(nonce))) return;
        const known = attempts.get(from);
        const attempt =
          known !== undefined && sameAttempt(known.nonce, nonce)
            ? known
            : fromInitiator
              ? onOffer(from, nonce, climbs)
              : undefined;
        if (attempt === undefined || attempt.initiator === fromInitiator) return;
        const copy = toBase64Url(signal);
        if (attempt.heard.has(copy) || attempt.heard.size >= MAX_SIGNALS) return;
        attempt.heard.add(copy);
        attempt.theirHelloNonce ??= helloNonce;
        attempt.connecting.signal(signal);
      } catch (error) {
        // Signals are unauthenticated: a bad one says nothing about the node it claims to come from.
        if (!(error instanceof WireError)) throw error;
      }
    },
    adopt: (peer, connection, features) => {
      if (closed || !deps.admits(peer)) return false;
      establish(peer, connection, { name: undefined, features, dialled: connection.initiator });
      return true;
    },
    send: (peer, message, priority) => links.get(peer)?.queue.send(message, priority),
    openChannel: (peer, channel) => links.get(peer)?.way.connection().openChannel(channel),
    connections: () => new Map(Array.from(links, ([peer, { way }]) => [peer, way.connection()])),
    hangUp,
    close: () => {
      closing ??= (async () => {
        const connections = Array.from(links.values(), ({ way }) => way.connection());
        for (const peer of [...links.keys()]) hangUp(peer, 'the node was closed');
        closed = true;
        for (const { connecting } of attempts.values()) connecting.close();
        attempts.clear();
        await Promise.all(connections.map((connection) => connection.gone()));
      })();
      return closing;
    },
  };
}

/** Undefined for a signal that no way carries: it is too large. */
function frameOrNone(frame: SignalFrame): Uint8Array | undefined {
  try {
    return encodeSignalFrame(frame);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return undefined;
  }
}

/** What no honest node does. That a path is missing, or that somebody went away, is normal. */
function isRefusal(error: unknown): boolean {
  if (error instanceof AuthenticationFailed)
    return error.failure !== 'closed' && error.failure !== 'cannot-sign';
  return error instanceof ConnectionFailed && error.failure === 'bad-signal';
}
