import { compareBytes, decodeCbor, encodeCbor } from '../../core/wire/encoding/cbor.ts';
import { MAX_FRAME_BYTES, MAX_KEPT_BYTES, MAX_SIGNAL_BYTES } from '../../core/wire/encoding/limits.ts';
import { readFixedBytes, readMap, readText, readUint } from '../../core/wire/encoding/shape.ts';
import { createInbox } from '../../core/wire/link/inbox.ts';
import type { Clock } from '../../ports/clock.ts';
import {
  type ByteChannel,
  type Connection,
  type ConnectionAttempt,
  ConnectionFailed,
  type Connector,
} from '../../ports/connections.ts';
import { createOpening, limitOpening, type Opening } from '../connecting/opening.ts';

/** Connections in memory, for tests and simulation: signals, fingerprints and failures as the real ones have them. */
export interface LoopbackNetwork {
  connector(): Connector;
  /** Cuts every connection that is open, as a network that goes away does. */
  cutAll(): void;
}

interface Side {
  readonly id: number;
  readonly initiator: boolean;
  readonly fingerprint: Uint8Array;
  expectedRemote: Uint8Array | undefined;
  readonly opening: Opening;
}

export interface LoopbackOptions {
  readonly clock: Clock;
  /** One way, for signals' answers, frames and bytes alike. */
  readonly latencyMs?: number;
  readonly openTimeoutMs?: number;
}

export function createLoopbackNetwork(options: LoopbackOptions): LoopbackNetwork {
  const { clock, latencyMs = 0, openTimeoutMs = 15_000 } = options;
  const sides = new Map<number, Side>();
  const links = new Set<(reason: string) => void>();
  let nextId = 1;
  const later = (run: () => void) => void clock.schedule(latencyMs, run);

  const join = (a: Side, b: Side) => {
    sides.delete(a.id);
    sides.delete(b.id);
    // DTLS: each end presents its certificate, and the other holds it against what the signal said.
    const matches = (mine: Side, other: Side) =>
      mine.expectedRemote !== undefined && compareBytes(mine.expectedRemote, other.fingerprint) === 0;
    if (!matches(a, b) || !matches(b, a)) {
      for (const side of [a, b]) side.opening.fail('failed', 'a certificate does not match');
      return;
    }
    const [left, right] = connectPair(a, b, later, latencyMs);
    const cut = (reason: string) => {
      links.delete(cut);
      left.close(reason);
      right.close(reason);
    };
    links.add(cut);
    left.onEnd(() => links.delete(cut));
    a.opening.succeed(left.connection);
    b.opening.succeed(right.connection);
  };

  const attempt: Connector['attempt'] = ({ initiator, onSignal, openWithinMs = openTimeoutMs }) => {
    const id = nextId++;
    const fingerprint = new Uint8Array(32).fill(id & 255);
    new DataView(fingerprint.buffer).setUint32(0, id);
    const opening = createOpening(() => sides.delete(id));
    limitOpening(opening, clock, openWithinMs, `no connection within ${openWithinMs} ms`);
    const side: Side = {
      id,
      initiator,
      fingerprint,
      expectedRemote: undefined,
      opening,
    };
    sides.set(id, side);
    if (initiator)
      later(() => !opening.settled() && onSignal(encodeCbor({ type: 'offer', from: id, fingerprint })));

    const receive = (bytes: Uint8Array) => {
      const map = readMap(decodeCbor(bytes, { maxBytes: MAX_SIGNAL_BYTES }), 'signal');
      const type = readText(map.type, 'signal type', 16);
      const from = readUint(map.from, 'signal from');
      if (type !== (initiator ? 'answer' : 'offer')) throw new TypeError(`a ${type} is out of place`);
      if (side.expectedRemote !== undefined) return;
      side.expectedRemote = readFixedBytes(map.fingerprint, 'signal fingerprint', 32);
      if (!initiator) onSignal(encodeCbor({ type: 'answer', from: id, fingerprint }));
      else
        later(() => {
          const other = sides.get(from);
          if (other !== undefined && !opening.settled()) join(side, other);
        });
    };

    const attempted: ConnectionAttempt = {
      opened: opening.opened,
      signal(bytes) {
        if (opening.settled()) return;
        try {
          receive(bytes);
        } catch (error) {
          opening.fail('bad-signal', (error as Error).message);
        }
      },
      close() {
        opening.fail('closed', 'the attempt was given up');
      },
    };
    return attempted;
  };

  return {
    connector: () => ({ attempt }),
    cutAll() {
      for (const cut of [...links]) cut('the network was cut');
    },
  };
}

interface LoopbackChannel {
  receive(bytes: Uint8Array): void;
  /** Nothing of it comes any more, and its id is free. */
  closedByOther(): void;
}

interface LoopbackEnd {
  readonly connection: Connection;
  close(reason: string): void;
  onEnd(listener: () => void): void;
}

function connectPair(
  a: Side,
  b: Side,
  later: (run: () => void) => void,
  latencyMs: number,
): [LoopbackEnd, LoopbackEnd] {
  const ends: {
    receive(frame: Uint8Array): void;
    bytes(id: number, bytes: Uint8Array): void;
    closeChannel(id: number): void;
    close(reason: string): void;
  }[] = [];
  const build = (own: Side, index: 0 | 1): LoopbackEnd => {
    const other = () => ends[1 - index]!;
    const inbox = createInbox(MAX_KEPT_BYTES);
    const channels = new Map<number, LoopbackChannel>();
    const closeListeners: ((reason: string) => void)[] = [];
    let closedReason: string | undefined;
    let bytesSent = 0;
    let bytesReceived = 0;
    const close = (reason: string) => {
      if (closedReason !== undefined) return;
      closedReason = reason;
      for (const channel of [...channels.values()]) channel.closedByOther();
      for (const listener of closeListeners) listener(reason);
      later(() => other().close('the other end closed'));
    };
    ends[index] = {
      receive(frame) {
        if (closedReason !== undefined) return;
        bytesReceived += frame.length;
        if (frame.length > MAX_FRAME_BYTES) close('a frame over the limit');
        else if (!inbox.receive(frame)) close('frames that nobody asked for');
      },
      bytes(id, bytes) {
        bytesReceived += bytes.length;
        channels.get(id)?.receive(bytes);
      },
      closeChannel: (id) => channels.get(id)?.closedByOther(),
      close,
    };
    const openChannel = (id: number): ByteChannel => {
      if (closedReason !== undefined) throw new ConnectionFailed('closed', 'the connection is closed');
      if (channels.has(id)) throw new RangeError(`channel ${id} is in use`);
      const bytes = createInbox(MAX_KEPT_BYTES);
      const listeners: (() => void)[] = [];
      let open = true;
      let settleGone = () => {};
      const gone = new Promise<void>((resolve) => {
        settleGone = resolve;
      });
      const close = () => {
        if (!open) return;
        open = false;
        later(() => other().closeChannel(id));
        for (const listener of listeners) listener();
      };
      const end: LoopbackChannel = {
        receive(chunk) {
          if (open && !bytes.receive(chunk)) close();
        },
        closedByOther() {
          close();
          channels.delete(id);
          settleGone();
        },
      };
      channels.set(id, end);
      return {
        async write(chunk) {
          if (!open) throw new ConnectionFailed('closed', `channel ${id} is closed`);
          const copy = chunk.slice();
          bytesSent += copy.length;
          await new Promise<void>((resolve) =>
            later(() => {
              other().bytes(id, copy);
              resolve();
            }),
          );
        },
        onBytes: (listener) => bytes.listen(listener),
        onClose(listener) {
          if (open) listeners.push(listener);
          else listener();
        },
        close,
        gone: () => gone,
      };
    };
    const connection: Connection = {
      localFingerprint: own.fingerprint,
      remoteFingerprint: own.expectedRemote!,
      initiator: own.initiator,
      send(frame) {
        if (frame.length > MAX_FRAME_BYTES)
          throw new RangeError(`a frame of ${frame.length} bytes is over the limit`);
        if (closedReason !== undefined) return;
        const copy = frame.slice();
        bytesSent += copy.length;
        later(() => other().receive(copy));
      },
      bufferedBytes: () => 0,
      onRoom: () => {},
      onFrame: (listener) => inbox.listen(listener),
      onClose(listener) {
        if (closedReason === undefined) closeListeners.push(listener);
        else listener(closedReason);
      },
      openChannel,
      stats: async () => ({
        rung: 'lan',
        roundTripMs: 2 * latencyMs,
        bytesSent,
        bytesReceived,
        lossShare: undefined,
      }),
      close,
      gone: () => Promise.resolve(),
    };
    return { connection, close, onEnd: (listener) => closeListeners.push(listener) };
  };
  return [build(a, 0), build(b, 1)];
}
