import type { Priority } from '../../core/overlay/input.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { encodeMessage, type LinkMessage } from '../../core/wire/link/message.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Connection } from '../../ports/connections.ts';

/**
 * What waits to go out on one link. A connection sends in the order in which it was handed things, so it is handed little at a
 * time, and what is urgent overtakes what waits here (G5). What reconciliation sends goes last: it may be a whole ledger.
 */
export interface SendQueue {
  send(message: LinkMessage, priority: Priority): void;
  /** The link goes on over another connection. */
  onMoved(): void;
  /** Drops what waits, but for what is urgent, and says goodbye behind that (H12). Nothing is sent after it. Idempotent. */
  end(reason: string): void;
  /** Drops what waits. Idempotent. */
  close(): void;
}

export interface SendQueueDeps {
  readonly connection: () => Connection;
  readonly clock: Clock;
  /** More waits than should; said once until it is drained. */
  readonly onCongested: () => void;
  readonly onDrained: () => void;
  /** Too much waits, or for too long: the link is of no use. */
  readonly onStuck: () => void;
  /** A message that the other end would refuse was left out: it would count as a strike against this node. */
  readonly onUnsendable: (reason: string) => void;
}

interface Waiting {
  /** Not encoded yet: what it brings is in memory anyway, once for all links. */
  readonly message: LinkMessage;
  /** Of what counts as waiting; 0 for what reconciliation sends. */
  readonly sizeBytes: number;
}

type Lane = Priority | 'bulk';
const ORDER: readonly Lane[] = ['urgent', 'normal', 'background', 'bulk'];

/**
 * What a connection may hold of what it was handed: an urgent frame waits behind that much and one frame more. As much as bulk
 * channels hand over in one burst, for the reason given there (`src/adapters/simple-peer/line.ts`).
 */
const HANDED_BYTES = 64 * 1024;
/** Guesses: a link is congested above the most and drained below the least; a few full frames, so that statements are fresh when they go. */
const CONGESTED_BYTES = { least: 128 * 1024, most: 512 * 1024 };
/** A guess: bytes that may wait on one link before it is given up. Attack: a peer that never reads makes us keep all that is meant for it. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/**
 * A guess: a line that takes nothing for this long is given up. Longer than WebRTC takes to call a path disconnected (5 s), so that a
 * short cut ends no link; shorter than Chromium takes to give up one of which nothing comes (18 s measured), so that the reason shows.
 */
const STUCK_MS = 12_000;
/** A guess: how often a link on which something waits is looked at; connections say themselves when they have room. */
const LOOK_MS = 250;
/** What a neighbour must hear before the link ends, or it takes the end for a failure (M9). */
const LAST_WORDS: ReadonlySet<LinkMessage['type']> = new Set(['disconnect', 'neighbor-answer']);

export function createSendQueue(deps: SendQueueDeps): SendQueue {
  const { connection, clock } = deps;
  const lanes: Readonly<Record<Lane, Waiting[]>> = { urgent: [], normal: [], background: [], bulk: [] };
  let waitingBytes = 0;
  let congested = false;
  let closed = false;
  let cancelLook: (() => void) | undefined;
  let takenAtMs = 0;
  let heldBytes = 0;

  const isEmpty = () => ORDER.every((lane) => lanes[lane].length === 0);
  const say = (message: LinkMessage) => {
    let frame: Uint8Array;
    try {
      frame = encodeMessage(message);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return deps.onUnsendable(`${message.type}: ${error.message}`);
    }
    connection().send(frame);
  };
  const hand = ({ message, sizeBytes }: Waiting) => {
    waitingBytes -= sizeBytes;
    say(message);
    takenAtMs = clock.monotonicMs();
  };

  const look = () => {
    cancelLook = undefined;
    const held = connection().bufferedBytes();
    if (held < heldBytes) takenAtMs = clock.monotonicMs();
    heldBytes = held;
    pump();
    if (!closed && !isEmpty() && clock.monotonicMs() - takenAtMs > STUCK_MS) deps.onStuck();
  };

  const pump = () => {
    while (!closed && connection().bufferedBytes() < HANDED_BYTES) {
      const lane = ORDER.find((each) => lanes[each].length > 0);
      if (lane === undefined) break;
      hand(lanes[lane].shift()!);
    }
    if (closed) return;
    if (!isEmpty()) cancelLook ??= clock.schedule(LOOK_MS, look);
    if (!congested || waitingBytes > CONGESTED_BYTES.least) return;
    congested = false;
    deps.onDrained();
  };

  const close = () => {
    closed = true;
    cancelLook?.();
    waitingBytes = 0;
    for (const lane of ORDER) lanes[lane].length = 0;
  };

  connection().onRoom(pump);
  return {
    send: (message, priority) => {
      if (closed) return;
      if (isEmpty()) {
        takenAtMs = clock.monotonicMs();
        heldBytes = 0;
      }
      const lane = laneOf(message, priority);
      const sizeBytes = lane === 'bulk' ? 0 : sizeOf(message);
      waitingBytes += sizeBytes;
      lanes[lane].push({ message, sizeBytes });
      pump();
      if (waitingBytes > MAX_WAITING_BYTES) return deps.onStuck();
      if (congested || waitingBytes <= CONGESTED_BYTES.most) return;
      congested = true;
      deps.onCongested();
    },
    onMoved: () => {
      connection().onRoom(pump);
      pump();
    },
    end: (reason) => {
      if (closed) return;
      for (const { message } of lanes.urgent) say(message);
      say({ type: 'goodbye', reason });
      close();
    },
    close,
  };
}

function laneOf(message: LinkMessage, priority: Priority): Lane {
  if (LAST_WORDS.has(message.type)) return 'urgent';
  return message.type === 'entries' || message.type === 'statements' ? 'bulk' : priority;
}

/** A guess for what is no item: frames of control are small, and the wire format bounds them. */
const CONTROL_BYTES = 1_024;

function sizeOf(message: LinkMessage): number {
  return CONTROL_BYTES + (message.type === 'push' ? message.payload.length : 0);
}
