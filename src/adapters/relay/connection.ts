import {
  decodeRelayRecord,
  encodeRelayRecord,
  MAX_RECORD_PAYLOAD_BYTES,
  type RelayRecord,
} from '../../core/wire/contact/relay.ts';
import { concatBytes } from '../../core/wire/encoding/cbor.ts';
import { MAX_FRAME_BYTES, MAX_KEPT_BYTES } from '../../core/wire/encoding/limits.ts';
import { createInbox } from '../../core/wire/link/inbox.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Connection, ConnectionFailed } from '../../ports/connections.ts';
import type { RelaySocket } from '../../ports/signaling.ts';
import { createRelayedChannel, type RelayedChannel } from './byte-channel.ts';
import { createSealedSocket } from './sealed-socket.ts';
import type { SessionKeys } from './session-keys.ts';

/** As many as a data channel's connection has, so that nobody needs to know the difference. */
const MAX_CHANNEL_ID = 1023;
/** An end that lets this much pile up takes nothing any more. As over WebRTC. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;
/** Bulk writers wait above this, so that control frames never wait for more than it. A guess: a quarter second of the relay's rate. */
const HIGH_WATER_BYTES = 256 * 1024;
/** A guess: more frames are asked for when no more than this waits; below what a sender hands over at once, above an idle line. */
const LOW_WATER_BYTES = 32 * 1024;
/** A WebSocket does not tell when it has room again. A guess: a record every few milliseconds at the relay's rate. */
const ROOM_POLL_MS = 20;
/** Guesses: soon enough that the Mesh page shows a round trip, seldom enough to cost nothing. */
const PING_INTERVAL_MS = 5_000;
/** Longer than the server may hold an end back after a burst. A guess. */
const SILENCE_TIMEOUT_MS = 30_000;

export interface RelayConnection extends Connection {
  receive(sealed: Uint8Array): void;
  /** The socket ended; what it brought before still counts. */
  socketClosed(reason: string): void;
}

/** Frames and bulk channels over one relay socket that is open, sealed end to end. */
export function createRelayConnection(options: {
  readonly socket: RelaySocket;
  readonly keys: SessionKeys;
  readonly initiator: boolean;
  readonly subtle: SubtleCrypto;
  readonly clock: Clock;
}): RelayConnection {
  const { socket, keys, initiator, clock } = options;
  const inbox = createInbox(MAX_KEPT_BYTES);
  const channels = new Map<number, RelayedChannel>();
  const closeListeners: ((reason: string) => void)[] = [];
  let closedReason: string | undefined;
  let roomListener = () => {};
  let looking = false;
  let settleGone = () => {};
  const gone = new Promise<void>((resolve) => {
    settleGone = resolve;
  });
  let partial: Uint8Array[] = [];
  let partialBytes = 0;
  let bytesSent = 0;
  let bytesReceived = 0;
  let heardAtMs = clock.monotonicMs();
  let pingedAtMs: number | undefined;
  let roundTripMs: number | undefined;

  const end = (reason: string) => {
    if (closedReason !== undefined) return;
    closedReason = reason;
    cancelPing();
    for (const channel of [...channels.values()]) channel.end();
    channels.clear();
    // A goodbye that was sent before the close still goes out.
    void sealed.flushed().then(() => {
      socket.close();
      settleGone();
    });
    for (const listener of closeListeners.splice(0)) listener(reason);
  };

  const say = (record: RelayRecord) => {
    if (closedReason !== undefined) return;
    const bytes = encodeRelayRecord(record);
    bytesSent += bytes.length;
    sealed.send(bytes);
  };

  const takeFrame = (payload: Uint8Array, last: boolean) => {
    partialBytes += payload.length;
    if (partialBytes > MAX_FRAME_BYTES) return end('the other node sent a frame over the limit');
    partial.push(payload);
    if (!last) return;
    const frame = concatBytes(partial);
    partial = [];
    partialBytes = 0;
    if (!inbox.receive(frame)) end('the other node sent frames that nobody asked for');
  };

  const take = (record: RelayRecord) => {
    switch (record.type) {
      case 'frame':
        return takeFrame(record.payload, record.last);
      case 'bytes':
        return channels.get(record.channel)?.receive(record.payload);
      case 'channel-closed':
        return channels.get(record.channel)?.closedByOther();
      case 'ping':
        return say({ type: 'pong' });
      case 'pong':
        if (pingedAtMs !== undefined) roundTripMs = clock.monotonicMs() - pingedAtMs;
        pingedAtMs = undefined;
    }
  };

  const sealed = createSealedSocket({
    subtle: options.subtle,
    keys,
    socket,
    onBroken: end,
    onPlain(plain) {
      if (closedReason !== undefined) return;
      heardAtMs = clock.monotonicMs();
      bytesReceived += plain.length;
      try {
        take(decodeRelayRecord(plain));
      } catch (error) {
        end(`the other node sent a malformed record: ${(error as Error).message}`);
      }
    },
  });

  let cancelPing = () => {};
  const ping = () => {
    if (clock.monotonicMs() - heardAtMs > SILENCE_TIMEOUT_MS)
      return end(`nothing came over the relay for ${SILENCE_TIMEOUT_MS} ms`);
    if (pingedAtMs === undefined) {
      pingedAtMs = clock.monotonicMs();
      say({ type: 'ping' });
    }
    cancelPing = clock.schedule(PING_INTERVAL_MS, ping);
  };
  cancelPing = clock.schedule(0, ping);

  const lookForRoom = () => {
    if (looking || sealed.bufferedBytes() <= LOW_WATER_BYTES) return;
    looking = true;
    clock.schedule(ROOM_POLL_MS, () => {
      looking = false;
      if (closedReason !== undefined) return;
      if (sealed.bufferedBytes() <= LOW_WATER_BYTES) roomListener();
      else lookForRoom();
    });
  };

  const hasRoom = () => closedReason !== undefined || sealed.bufferedBytes() < HIGH_WATER_BYTES;
  const room = () =>
    hasRoom()
      ? undefined
      : new Promise<void>((resolve) => {
          const look = () => {
            if (hasRoom()) resolve();
            else clock.schedule(ROOM_POLL_MS, look);
          };
          look();
        });

  return {
    initiator,
    localFingerprint: keys.localFingerprint,
    remoteFingerprint: keys.remoteFingerprint,
    receive: sealed.receive,
    socketClosed: (reason) => void sealed.opened().then(() => end(`the relay ended: ${reason}`)),
    send(frame) {
      if (frame.length > MAX_FRAME_BYTES)
        throw new RangeError(`a frame of ${frame.length} bytes is over the limit of ${MAX_FRAME_BYTES}`);
      if (closedReason !== undefined) return;
      if (sealed.bufferedBytes() + frame.length > MAX_UNSENT_BYTES)
        return end('the other node takes no frames any more');
      let at = 0;
      do {
        const payload = frame.slice(at, at + MAX_RECORD_PAYLOAD_BYTES);
        at += MAX_RECORD_PAYLOAD_BYTES;
        say({ type: 'frame', last: at >= frame.length, payload });
      } while (at < frame.length);
      lookForRoom();
    },
    bufferedBytes: () => (closedReason === undefined ? sealed.bufferedBytes() : 0),
    onRoom: (listener) => {
      roomListener = listener;
    },
    onFrame: (listener) => inbox.listen(listener),
    onClose(listener) {
      if (closedReason === undefined) closeListeners.push(listener);
      else listener(closedReason);
    },
    openChannel(id) {
      if (!Number.isInteger(id) || id <= 0 || id > MAX_CHANNEL_ID)
        throw new RangeError(`bulk channels have ids from 1 to ${MAX_CHANNEL_ID}, not ${id}`);
      if (closedReason !== undefined) throw new ConnectionFailed('closed', 'the connection is closed');
      if (channels.has(id)) throw new RangeError(`bulk channel ${id} is in use`);
      const relayed = createRelayedChannel(id, {
        room,
        send: (payload) => say({ type: 'bytes', channel: id, payload }),
        sayClosed: () => say({ type: 'channel-closed', channel: id }),
      });
      channels.set(id, relayed);
      void relayed.channel.gone().then(() => channels.delete(id));
      return relayed.channel;
    },
    stats: async () => ({ rung: 'relay', roundTripMs, bytesSent, bytesReceived, lossShare: undefined }),
    close: end,
    gone: () => gone,
  };
}
