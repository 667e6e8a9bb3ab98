import type { DataChannel } from 'node-datachannel';
import { createInbox } from '../../core/wire/inbox.ts';
import { MAX_KEPT_BYTES } from '../../core/wire/limits.ts';
import { type ByteChannel, ConnectionFailed } from '../../ports/connections.ts';

/** What the browser's channels send and take; every browser takes 64 KiB (RFC 8831, 6.6). */
const BULK_MESSAGE_BYTES = 64 * 1024;
/** Writers wait above the one and go on below the other; equal marks were measured to hang. */
const HIGH_WATER_BYTES = 1024 * 1024;
const LOW_WATER_BYTES = 256 * 1024;

/** Ordered bytes over a data channel that both ends made with the same id. */
export function createNativeChannel(channel: DataChannel, id: number): ByteChannel {
  const inbox = createInbox(MAX_KEPT_BYTES);
  const closeListeners: (() => void)[] = [];
  const wakers = new Set<() => void>();
  let open = true;
  let writing: Promise<void> = Promise.resolve();

  const wake = () => {
    for (const waker of [...wakers]) waker();
  };
  const end = () => {
    if (!open) return;
    open = false;
    channel.close();
    wake();
    for (const listener of closeListeners) listener();
  };
  channel.setBufferedAmountLowThreshold(LOW_WATER_BYTES);
  channel.onOpen(wake);
  channel.onBufferedAmountLow(wake);
  channel.onClosed(end);
  channel.onError(end);
  channel.onMessage((data) => {
    if (!open) return;
    if (typeof data === 'string' || data.byteLength > BULK_MESSAGE_BYTES) return end();
    if (!inbox.receive(new Uint8Array(data))) end();
  });

  const ready = () => channel.isOpen() && channel.bufferedAmount() < HIGH_WATER_BYTES;
  const untilReady = () =>
    new Promise<void>((resolve) => {
      const waker = () => {
        if (open && !ready()) return;
        wakers.delete(waker);
        resolve();
      };
      wakers.add(waker);
      waker();
    });
  const writeAll = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; at += BULK_MESSAGE_BYTES) {
      if (open && !ready()) await untilReady();
      if (!open) throw new ConnectionFailed('closed', `bulk channel ${id} is closed`);
      channel.sendMessageBinary(bytes.subarray(at, at + BULK_MESSAGE_BYTES));
    }
  };

  return {
    write(bytes) {
      const written = writing.then(() => writeAll(bytes));
      writing = written.catch(() => undefined);
      return written;
    },
    onBytes: (listener) => inbox.listen(listener),
    onClose(listener) {
      if (open) closeListeners.push(listener);
      else listener();
    },
    close: end,
  };
}
