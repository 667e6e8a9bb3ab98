import { encodeMessage, type LinkMessage } from '../../src/core/wire/link/message.ts';
import { type Frame, PAYLOAD_CODE } from '../network/network.ts';

/** What a link between full nodes carries: the bytes of the control channel, and what a torrent wire says on a bulk channel. */
export type NodeFrame = Frame &
  (
    | { readonly type: 'control'; readonly bytes: Uint8Array }
    | { readonly type: 'bulk'; readonly channel: number; readonly message: WireMessage }
    /** The sender's end of the channel closed. */
    | { readonly type: 'bulk-closed'; readonly channel: number }
  );

/** The messages of BEP 3 that move pieces. A piece is one block. */
export type WireMessage =
  | { readonly type: 'bitfield'; readonly pieces: Uint8Array }
  | { readonly type: 'have'; readonly piece: number }
  | { readonly type: 'request'; readonly piece: number }
  | { readonly type: 'piece'; readonly piece: number; readonly sizeBytes: number };

/** Length, type, index, begin and length of a block (BEP 3). */
const WIRE_HEAD_BYTES = 17;
const CODES = { bitfield: 121, have: 122, request: 123, piece: 124 } as const;

const known = new WeakMap<LinkMessage, NodeFrame>();

/** Encoded once, to however many neighbours it goes. Payloads are counted by their code. */
export function controlFrame(message: LinkMessage): NodeFrame {
  const before = known.get(message);
  if (before !== undefined) return before;
  const bytes = encodeMessage(message);
  const isPayload = message.type === 'entries' || message.type === 'push';
  const frame: NodeFrame = {
    type: 'control',
    bytes,
    sizeBytes: bytes.length,
    code: isPayload ? PAYLOAD_CODE : message.type.length,
  };
  known.set(message, frame);
  return frame;
}

export function bulkFrame(channel: number, message: WireMessage): NodeFrame {
  return {
    type: 'bulk',
    stream: 'bulk',
    channel,
    message,
    sizeBytes: sizeOf(message),
    code: CODES[message.type],
  };
}

export function bulkClosedFrame(channel: number): NodeFrame {
  return { type: 'bulk-closed', stream: 'bulk', channel, sizeBytes: WIRE_HEAD_BYTES, code: 125 };
}

function sizeOf(message: WireMessage): number {
  switch (message.type) {
    case 'bitfield':
      return WIRE_HEAD_BYTES + Math.ceil(message.pieces.length / 8);
    case 'piece':
      return WIRE_HEAD_BYTES + message.sizeBytes;
    default:
      return WIRE_HEAD_BYTES;
  }
}
