import { createInbox } from '../../core/wire/inbox.ts';
import { MAX_KEPT_BYTES } from '../../core/wire/limits.ts';
import { type ByteChannel, ConnectionFailed } from '../../ports/connections.ts';

/** 64 to 256 KiB messages measured alike and small ones half as fast; every browser takes 64 KiB (RFC 8831, 6.6). */
const BULK_MESSAGE_BYTES = 64 * 1024;
/** Writers wait above the one and go on below the other; equal marks were measured to hang. */
const HIGH_WATER_BYTES = 1024 * 1024;
const LOW_WATER_BYTES = 256 * 1024;

/** Ordered bytes over a data channel that both ends made with the same id. */
export function createByteChannel(channel: RTCDataChannel): ByteChannel {
  const inbox = createInbox(MAX_KEPT_BYTES);
  const closeListeners: (() => void)[] = [];
  const wakers = new Set<() => void>();
  let open = true;
  let writing: Promise<void> = Promise.resolve();

  channel.binaryType = 'arraybuffer';
  channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;

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
  channel.onopen = wake;
  channel.onbufferedamountlow = wake;
  channel.onclose = end;
  channel.onerror = end;
  channel.onmessage = (event: MessageEvent<unknown>) => {
    if (!(event.data instanceof ArrayBuffer) || event.data.byteLength > BULK_MESSAGE_BYTES) return end();
    if (!inbox.receive(new Uint8Array(event.data))) end();
  };

  const ready = () => channel.readyState === 'open' && channel.bufferedAmount < HIGH_WATER_BYTES;
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
      if (!ready()) await untilReady();
      if (!open) throw new ConnectionFailed('closed', `bulk channel ${channel.id} is closed`);
      channel.send(bytes.subarray(at, at + BULK_MESSAGE_BYTES) as Uint8Array<ArrayBuffer>);
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
