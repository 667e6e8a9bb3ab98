import { decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import { MAX_RELAY_MESSAGE_BYTES, MAX_SIGNAL_BYTES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import { readable, readFixedBytes, readMap, readText, readUintUpTo } from '../encoding/shape.ts';

/** docs/protocol.md, "Relay": a connection over the signaling server's WebSocket, where no WebRTC is possible. */

export const RENDEZVOUS_BYTES = 16;
/** An uncompressed point of P-256 (SEC 1, 2.3.3). */
export const RELAY_KEY_BYTES = 65;
/** AES-GCM's tag. */
const RELAY_TAG_BYTES = 16;
const RECORD_HEAD_BYTES = 3;
export const MAX_RECORD_PAYLOAD_BYTES = MAX_RELAY_MESSAGE_BYTES - RELAY_TAG_BYTES - RECORD_HEAD_BYTES;
const MAX_SERVER_CHARACTERS = 512;
/** Of two bytes. */
const MAX_CHANNEL = 0xffff;

/** What the two ends tell each other by signals, beside those of WebRTC. */
export type RelaySignal =
  | {
      readonly type: 'relay-offer';
      readonly rendezvous: Uint8Array;
      readonly key: Uint8Array;
      /** The signaling server where the initiator waits, by the address that it knows it by. */
      readonly server: string;
    }
  | { readonly type: 'relay-answer'; readonly key: Uint8Array };

/** Throws WireError for what decodeRelaySignal would refuse. */
export function encodeRelaySignal(signal: RelaySignal): Uint8Array {
  return readable(encodeCbor({ ...signal }), decodeRelaySignal);
}

/** Undefined for a signal that is none of these; throws WireError for one that is and is malformed. */
export function decodeRelaySignal(bytes: Uint8Array): RelaySignal | undefined {
  const map = readMap(decodeCbor(bytes, { maxBytes: MAX_SIGNAL_BYTES }), 'signal');
  const { type } = map;
  if (type !== 'relay-offer' && type !== 'relay-answer') return undefined;
  const key = readFixedBytes(map.key, 'relay key', RELAY_KEY_BYTES);
  if (type === 'relay-answer') return { type, key };
  return {
    type,
    rendezvous: readFixedBytes(map.rendezvous, 'rendezvous', RENDEZVOUS_BYTES),
    key,
    server: readText(map.server, 'server', MAX_SERVER_CHARACTERS),
  };
}

/** The plain content of one sealed message: one byte of kind, two of channel, and the payload. */
export type RelayRecord =
  /** A part of a control frame; `last` completes it. */
  | { readonly type: 'frame'; readonly last: boolean; readonly payload: Uint8Array }
  | { readonly type: 'bytes'; readonly channel: number; readonly payload: Uint8Array }
  | { readonly type: 'channel-closed'; readonly channel: number }
  | { readonly type: 'ping' | 'pong' };

const FRAME_PART = 0;
const FRAME_END = 1;
const BYTES = 2;
const CHANNEL_CLOSED = 3;
const PING = 4;
const PONG = 5;

export function encodeRelayRecord(record: RelayRecord): Uint8Array {
  switch (record.type) {
    case 'frame':
      return recordOf(record.last ? FRAME_END : FRAME_PART, 0, record.payload);
    case 'bytes':
      return recordOf(BYTES, record.channel, record.payload);
    case 'channel-closed':
      return recordOf(CHANNEL_CLOSED, record.channel);
    case 'ping':
      return recordOf(PING, 0);
    case 'pong':
      return recordOf(PONG, 0);
  }
}

function recordOf(kind: number, channel: number, payload: Uint8Array = new Uint8Array()): Uint8Array {
  if (payload.length > MAX_RECORD_PAYLOAD_BYTES)
    throw new WireError(`a relay record of ${payload.length} bytes is over the limit`);
  readUintUpTo(channel, 'the channel of a relay record', MAX_CHANNEL);
  const bytes = new Uint8Array(RECORD_HEAD_BYTES + payload.length);
  bytes.set([kind, channel >> 8, channel & 255]);
  bytes.set(payload, RECORD_HEAD_BYTES);
  return bytes;
}

/** Throws WireError. The payload is a view of `bytes`. */
export function decodeRelayRecord(bytes: Uint8Array): RelayRecord {
  if (bytes.length < RECORD_HEAD_BYTES) throw new WireError('a relay record without its head');
  if (bytes.length > RECORD_HEAD_BYTES + MAX_RECORD_PAYLOAD_BYTES)
    throw new WireError('a relay record over the limit');
  const [kind, high, low] = bytes as unknown as [number, number, number];
  const channel = high * 256 + low;
  const payload = bytes.subarray(RECORD_HEAD_BYTES);
  if (kind > BYTES && payload.length > 0)
    throw new WireError('a relay record with a payload that has no meaning');
  switch (kind) {
    case FRAME_PART:
    case FRAME_END:
      return { type: 'frame', last: kind === FRAME_END, payload };
    case BYTES:
      return { type: 'bytes', channel, payload };
    case CHANNEL_CLOSED:
      return { type: 'channel-closed', channel };
    case PING:
      return { type: 'ping' };
    case PONG:
      return { type: 'pong' };
    default:
      throw new WireError(`a relay record of the unknown kind ${kind}`);
  }
}
