import { createInbox } from '../../core/wire/inbox.ts';
import { MAX_KEPT_BYTES } from '../../core/wire/limits.ts';
import { MAX_RECORD_PAYLOAD_BYTES } from '../../core/wire/relay.ts';
import { type ByteChannel, ConnectionFailed } from '../../ports/connections.ts';

/** A bulk channel among those of one relayed connection. */
export interface RelayedChannel {
  readonly channel: ByteChannel;
  receive(payload: Uint8Array): void;
  /** The other end closed it, or the connection ended. */
  end(): void;
}

export function createRelayedChannel(
  id: number,
  carrier: {
    /** Resolves when there is room for one more record; also when the connection ended. */
    ready(): Promise<void>;
    send(payload: Uint8Array): void;
    /** Tells the other end; the carrier forgets the channel. */
    closed(): void;
  },
): RelayedChannel {
  const inbox = createInbox(MAX_KEPT_BYTES);
  const listeners: (() => void)[] = [];
  let open = true;
  let writing: Promise<void> = Promise.resolve();

  const end = () => {
    if (!open) return;
    open = false;
    for (const listener of listeners.splice(0)) listener();
  };
  const close = () => {
    if (!open) return;
    end();
    carrier.closed();
  };
  const writeAll = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; at += MAX_RECORD_PAYLOAD_BYTES) {
      await carrier.ready();
      if (!open) throw new ConnectionFailed('closed', `bulk channel ${id} is closed`);
      carrier.send(bytes.slice(at, at + MAX_RECORD_PAYLOAD_BYTES));
    }
  };

  return {
    channel: {
      write(bytes) {
        const written = writing.then(() => {
          if (!open) throw new ConnectionFailed('closed', `bulk channel ${id} is closed`);
          return writeAll(bytes);
        });
        writing = written.catch(() => undefined);
        return written;
      },
      onBytes: (listener) => inbox.listen(listener),
      onClose(listener) {
        if (open) listeners.push(listener);
        else listener();
      },
      close,
    },
    receive(payload) {
      if (open && !inbox.receive(payload)) close();
    },
    end,
  };
}
