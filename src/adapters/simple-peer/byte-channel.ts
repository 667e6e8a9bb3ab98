import { MAX_KEPT_BYTES } from '../../core/wire/encoding/limits.ts';
import { createInbox } from '../../core/wire/link/inbox.ts';
import type { ByteChannel } from '../../ports/connections.ts';
import { createMessageWriter } from '../connecting/message-writer.ts';
import type { Line } from './line.ts';

/** 64 to 256 KiB messages measured alike and small ones half as fast; every browser takes 64 KiB (RFC 8831, 6.6). */
const BULK_MESSAGE_BYTES = 64 * 1024;

/** Ordered bytes over a data channel that both ends made with the same id. `connectionGone`: no channel of it is told of that. */
export function createByteChannel(
  channel: RTCDataChannel,
  {
    id,
    line,
    connectionGone,
  }: { readonly id: number; readonly line: Line; readonly connectionGone: Promise<void> },
): ByteChannel {
  const inbox = createInbox(MAX_KEPT_BYTES);
  const closeListeners: (() => void)[] = [];
  let open = true;
  let settleGone = () => {};
  const gone = new Promise<void>((resolve) => {
    settleGone = resolve;
  });

  channel.binaryType = 'arraybuffer';
  line.join(channel);

  const end = () => {
    if (!open) return;
    open = false;
    channel.close();
    line.leave(channel);
    for (const listener of closeListeners) listener();
  };
  channel.onclose = () => {
    end();
    // Said when both ends have reset the stream (RFC 8831, 6.7): what was under way of it has come, and its id is free.
    settleGone();
  };
  channel.onerror = end;
  channel.onmessage = (event: MessageEvent<unknown>) => {
    if (!(event.data instanceof ArrayBuffer) || event.data.byteLength > BULK_MESSAGE_BYTES) return end();
    if (!inbox.receive(new Uint8Array(event.data))) end();
  };

  const write = createMessageWriter({
    id,
    maxMessageBytes: BULK_MESSAGE_BYTES,
    isOpen: () => open,
    room: (sizeBytes) => line.turn(channel, sizeBytes),
    send: (message) => channel.send(message as Uint8Array<ArrayBuffer>),
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
