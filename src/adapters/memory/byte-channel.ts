import { cutAndJoin } from '../../ports/acceptance/random-parts.ts';
import { type ByteChannel, ConnectionFailed } from '../../ports/connections.ts';

export interface ByteChannelPair {
  readonly left: ByteChannel;
  readonly right: ByteChannel;
  /** Bytes that each end has written. */
  readonly writtenBytes: { readonly left: number; readonly right: number };
}

export interface ByteChannelPairOptions {
  /** Sees what the left end writes and says what the right end gets. */
  readonly tamper?: (bytes: Uint8Array) => Uint8Array;
  /** Cuts and joins what either end gets, as networks do; absent, it arrives as it was written. */
  readonly random?: () => number;
}

/**
 * Two joined channels. Bytes are copied and delivered in a later task, as a network would; what arrives before
 * onBytes is kept.
 */
export function createByteChannelPair({ tamper, random }: ByteChannelPairOptions = {}): ByteChannelPair {
  const left = createEnd();
  const right = createEnd();
  left.join(right, tamper ?? ((bytes) => bytes));
  right.join(left, (bytes) => bytes);
  const cut = (channel: ByteChannel) => (random === undefined ? channel : cutAndJoin(channel, random));
  return {
    left: cut(left.channel),
    right: cut(right.channel),
    get writtenBytes() {
      return { left: left.writtenBytes(), right: right.writtenBytes() };
    },
  };
}

interface End {
  readonly channel: ByteChannel;
  join(other: End, onTheWay: (bytes: Uint8Array) => Uint8Array): void;
  deliver(bytes: Uint8Array): void;
  shut(): void;
  writtenBytes(): number;
}

function createEnd(): End {
  let other: End | undefined;
  let onTheWay = (bytes: Uint8Array) => bytes;
  let written = 0;
  let closed = false;
  let early: Uint8Array[] = [];
  let listener: ((bytes: Uint8Array) => void) | undefined;
  const closeListeners: (() => void)[] = [];
  let settleGone = () => {};
  const gone = new Promise<void>((resolve) => {
    settleGone = resolve;
  });

  const shut = () => {
    if (closed) return;
    closed = true;
    for (const tell of closeListeners) tell();
    queueMicrotask(() => {
      other?.shut();
      settleGone();
    });
  };

  return {
    join(end, tamper) {
      other = end;
      onTheWay = tamper;
    },
    deliver(bytes) {
      if (closed) return;
      if (listener) listener(bytes);
      else early.push(bytes);
    },
    shut,
    writtenBytes: () => written,
    channel: {
      async write(bytes) {
        if (closed) throw new ConnectionFailed('closed', 'the channel is closed');
        written += bytes.length;
        const copy = onTheWay(bytes.slice());
        await new Promise<void>((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            port1.close();
            other?.deliver(copy);
            resolve();
          };
          port2.postMessage(0);
        });
      },
      onBytes(next) {
        listener = next;
        for (const bytes of early) next(bytes);
        early = [];
      },
      onClose(tell) {
        if (closed) tell();
        else closeListeners.push(tell);
      },
      close: shut,
      gone: () => gone,
    },
  };
}
