import type { ByteChannel } from '../../ports/connections.ts';

export interface ByteChannelPair {
  readonly left: ByteChannel;
  readonly right: ByteChannel;
  /** Bytes that each end has written. */
  readonly writtenBytes: { readonly left: number; readonly right: number };
}

/**
 * Two joined channels. Bytes are copied and delivered in a later task, as a network would; what arrives before
 * onBytes is kept. `tamper` sees what the left end writes and says what the right end gets.
 */
export function createByteChannelPair(
  options: { tamper?: (bytes: Uint8Array) => Uint8Array } = {},
): ByteChannelPair {
  const left = createEnd();
  const right = createEnd();
  left.join(right, options.tamper ?? ((bytes) => bytes));
  right.join(left, (bytes) => bytes);
  return {
    left: left.channel,
    right: right.channel,
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

  const shut = () => {
    if (closed) return;
    closed = true;
    for (const tell of closeListeners) tell();
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
        if (closed) throw new Error('the channel is closed');
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
      close() {
        if (closed) return;
        shut();
        queueMicrotask(() => other?.shut());
      },
    },
  };
}
