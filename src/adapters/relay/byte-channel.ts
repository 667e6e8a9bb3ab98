import { MAX_RECORD_PAYLOAD_BYTES } from '../../core/wire/contact/relay.ts';
import { MAX_KEPT_BYTES } from '../../core/wire/encoding/limits.ts';
import { createInbox } from '../../core/wire/link/inbox.ts';
import type { ByteChannel } from '../../ports/connections.ts';
import { createMessageWriter } from '../connecting/message-writer.ts';

/** A bulk channel among those of one relayed connection. */
export interface RelayedChannel {
  readonly channel: ByteChannel;
  receive(payload: Uint8Array): void;
  /** The other end says that it is closed: nothing of it comes any more. */
  closedByOther(): void;
  /** The connection ended. */
  end(): void;
}

export function createRelayedChannel(
  id: number,
  carrier: {
    /** Undefined when there is room for one more record; otherwise resolves when there is, and when the connection ended. */
    room(): Promise<void> | undefined;
    send(payload: Uint8Array): void;
    /** Tells the other end that this one is closed, once. */
    sayClosed(): void;
  },
): RelayedChannel {
  const inbox = createInbox(MAX_KEPT_BYTES);
  const listeners: (() => void)[] = [];
  let open = true;
  let settleEnd = () => {};
  const ended = new Promise<void>((resolve) => {
    settleEnd = resolve;
  });
  let settleGone = () => {};
  const gone = new Promise<void>((resolve) => {
    settleGone = resolve;
  });

  const end = () => {
    if (!open) return;
    open = false;
    settleEnd();
    for (const listener of listeners.splice(0)) listener();
  };
  const close = () => {
    if (!open) return;
    end();
    carrier.sayClosed();
  };
  const write = createMessageWriter({
    id,
    maxMessageBytes: MAX_RECORD_PAYLOAD_BYTES,
    isOpen: () => open,
    room() {
      const room = carrier.room();
      return room === undefined ? undefined : Promise.race([room, ended]);
    },
    // A copy: it is sealed after the write has resolved.
    send: (message) => carrier.send(message.slice()),
  });

  return {
    channel: {
      write,
      onBytes: (listener) => inbox.listen(listener),
      onClose(listener) {
        if (open) listeners.push(listener);
        else listener();
      },
      close,
      gone: () => gone,
    },
    receive(payload) {
      if (open && !inbox.receive(payload)) close();
    },
    closedByOther() {
      close();
      settleGone();
    },
    end() {
      end();
      settleGone();
    },
  };
}
