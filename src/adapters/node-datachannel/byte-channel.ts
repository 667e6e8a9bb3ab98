import type { DataChannel } from 'node-datachannel';
import { MAX_KEPT_BYTES } from '../../core/wire/encoding/limits.ts';
import { createInbox } from '../../core/wire/link/inbox.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ByteChannel } from '../../ports/connections.ts';
import { createMessageWriter, createWaiters } from '../connecting/message-writer.ts';

/** What the browser's channels send and take; every browser takes 64 KiB (RFC 8831, 6.6). */
const BULK_MESSAGE_BYTES = 64 * 1024;
/** Writers wait above the one and go on below the other; equal marks were measured to hang. */
const HIGH_WATER_BYTES = 1024 * 1024;
const LOW_WATER_BYTES = 256 * 1024;
/**
 * libdatachannel does not say when the other end has answered a close, and that answer closes a channel that got the same id before. A
 * guess: a round trip and a retransmission.
 */
const CLOSING_MS = 1_000;

/** Ordered bytes over a data channel that both ends made with the same id. */
export function createNativeChannel(
  channel: DataChannel,
  {
    id,
    clock,
    connectionGone,
  }: { readonly id: number; readonly clock: Clock; readonly connectionGone: Promise<void> },
): ByteChannel {
  const inbox = createInbox(MAX_KEPT_BYTES);
  const closeListeners: (() => void)[] = [];
  const waiters = createWaiters();
  let open = true;
  let settleGone = () => {};
  const gone = new Promise<void>((resolve) => {
    settleGone = resolve;
  });

  const end = () => {
    if (!open) return;
    open = false;
    clock.schedule(CLOSING_MS, settleGone);
    channel.close();
    waiters.wake();
    for (const listener of closeListeners) listener();
  };
  channel.setBufferedAmountLowThreshold(LOW_WATER_BYTES);
  channel.onOpen(waiters.wake);
  channel.onBufferedAmountLow(waiters.wake);
  channel.onClosed(end);
  channel.onError(end);
  channel.onMessage((data) => {
    if (!open) return;
    if (typeof data === 'string' || data.byteLength > BULK_MESSAGE_BYTES) return end();
    if (!inbox.receive(new Uint8Array(data))) end();
  });

  const write = createMessageWriter({
    id,
    maxMessageBytes: BULK_MESSAGE_BYTES,
    isOpen: () => open,
    room: () =>
      waiters.until(() => !open || (channel.isOpen() && channel.bufferedAmount() < HIGH_WATER_BYTES)),
    send: (message) => channel.sendMessageBinary(message),
  });

  return {
    write,
    onBytes: (listener) => inbox.listen(listener),
    onClose(listener) {
      if (open) closeListeners.push(listener);
      else listener();
    },
    close: end,
    gone: () => Promise.race([gone, connectionGone]),
  };
}
