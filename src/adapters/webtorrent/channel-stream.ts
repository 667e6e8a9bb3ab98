import { Duplex } from 'streamx';
import type { Wire } from 'webtorrent';
import type { ByteChannel } from '../../ports/connections.ts';
import { type WireFilter, type WireItem, WireViolation } from './wire-filter.ts';

/** A byte channel as the stream that the engine takes for a peer connection. */
export interface ChannelStream {
  readonly stream: Duplex;
  /** Lets the other end's requests reach this wire, as fast as the channel takes the blocks. */
  serve(wire: Wire): void;
  /** Ends the wire and closes the channel. Idempotent. */
  cut(): void;
}

/** Blocks asked of us that are read or wait for the channel. Above it requests wait, 17 bytes each, instead. */
const MAX_UNSENT_BYTES = 1024 * 1024;
/** Requests of one peer that may wait; an ordinary client at 25 MiB/s asks for 1,600 blocks ahead. */
const MAX_WAITING_REQUESTS = 8192;
/** Bytes that came and the engine has not taken; it takes them at once unless the page is stuck. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;
/** Several small messages go as one: `send` of small messages is where a leecher's time goes. */
const HIGH_WATER_BYTES = 64 * 1024;

export function createChannelStream(deps: {
  readonly id: string;
  readonly channel: ByteChannel;
  readonly filter: WireFilter;
  /** The other end broke the rules of the wire, in words; the stream is cut. */
  readonly onViolation: (reason: string) => void;
  /** The stream is over, cut from either side. Said once. */
  readonly onEnd: () => void;
}): ChannelStream {
  const { channel, filter } = deps;
  let unread: Uint8Array[] = [];
  let unreadBytes = 0;
  let wantsMore: (() => void) | undefined;
  let writeEnds: (() => void) | undefined;
  let waiting: Extract<WireItem, { type: 'request' }>[] = [];
  /** The engine was given no part of a message without its end. A request that was let in there would become part of it. */
  let betweenMessages = true;
  let served: Wire | undefined;
  /** Blocks of requests that were released and that the wire, which parses them in a later turn, has not seen. */
  let unparsedBytes = 0;
  /** Bytes the wire made and the channel took. */
  let madeBytes = 0;
  let sentBytes = 0;

  const deliver = () => {
    if (wantsMore === undefined || unread.length === 0) return;
    const proceed = wantsMore;
    wantsMore = undefined;
    for (const bytes of unread) stream.push(bytes);
    unread = [];
    unreadBytes = 0;
    proceed();
  };

  const stream = new Duplex({
    highWaterMark: HIGH_WATER_BYTES,
    read(proceed) {
      wantsMore = () => proceed(null);
      deliver();
    },
    writev(batch: Uint8Array[], proceed) {
      const bytes = joined(batch);
      writeEnds = () => proceed(null);
      channel.write(bytes).then(
        () => {
          sentBytes += bytes.length;
          // This runs in a later task: by now everything that was released has been parsed, including what the wire
          // dropped silently.
          unparsedBytes = 0;
          releaseRequests();
          deliver();
          const ended = writeEnds;
          writeEnds = undefined;
          ended?.();
        },
        () => stream.destroy(),
      );
    },
    predestroy() {
      channel.close();
      // The stream is not over while a read and a write are under way, and nothing else would end these now.
      wantsMore?.();
      writeEnds?.();
      [wantsMore, writeEnds] = [undefined, undefined];
    },
    destroy(proceed) {
      unread = [];
      waiting = [];
      deps.onEnd();
      proceed(null);
    },
  });
  // A broken channel is an ended wire and no error of ours; without a listener it would be thrown.
  stream.on('error', () => {});
  Object.assign(stream, { id: deps.id, connected: true });

  const take = (bytes: Uint8Array) => {
    unread.push(bytes);
    unreadBytes += bytes.length;
  };

  const releaseRequests = () => {
    if (served !== undefined && waiting.length > 0 && betweenMessages) {
      const reading = served.peerRequests.reduce((sum, { length }) => sum + length, 0);
      let roomBytes = MAX_UNSENT_BYTES - unparsedBytes - reading - (madeBytes - sentBytes);
      let released = 0;
      while (released < waiting.length && roomBytes > 0) {
        const request = waiting[released++]!;
        roomBytes -= request.blockBytes;
        unparsedBytes += request.blockBytes;
        take(request.bytes);
      }
      waiting = waiting.slice(released);
    }
  };

  const accept = (item: WireItem) => {
    if (item.type === 'pass') {
      take(item.bytes);
      betweenMessages = item.ends;
    } else if (item.type === 'request') waiting.push(item);
    else if (!takeBack(item.bytes)) take(item.bytes);
    releaseRequests();
  };

  /** A request that is taken back while it waits never reaches the engine, and neither does what takes it back. */
  const takeBack = (cancel: Uint8Array): boolean => {
    const place = waiting.findIndex(({ bytes }) => isSameBlock(bytes, cancel));
    if (place >= 0) waiting.splice(place, 1);
    return place >= 0;
  };

  channel.onBytes((bytes) => {
    if (stream.destroying) return;
    try {
      for (const item of filter.accept(bytes)) accept(item);
    } catch (error) {
      if (!(error instanceof WireViolation)) throw error;
      stream.destroy();
      deps.onViolation(error.message);
      return;
    }
    // No violation: a page or a line that is stuck looks like this to an honest peer too.
    if (waiting.length > MAX_WAITING_REQUESTS || unreadBytes > MAX_UNREAD_BYTES) stream.destroy();
    else deliver();
  });
  channel.onClose(() => stream.destroy());

  return {
    stream,
    serve(wire) {
      served = wire;
      madeBytes = sentBytes;
      wire.on('request', (_index, _offset, lengthBytes) => {
        unparsedBytes = Math.max(0, unparsedBytes - lengthBytes);
      });
      const push = wire.push.bind(wire);
      wire.push = (bytes) => {
        madeBytes += bytes?.length ?? 0;
        return push(bytes);
      };
    },
    cut: () => void stream.destroy(),
  };
}

/** A request and the message that cancels it are equal except for their ids. */
function isSameBlock(request: Uint8Array, cancel: Uint8Array): boolean {
  return request.every((byte, at) => at < 5 || byte === cancel[at]);
}

function joined(batch: readonly Uint8Array[]): Uint8Array {
  if (batch.length === 1) return batch[0]!;
  const out = new Uint8Array(batch.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const bytes of batch) {
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}
