import { concatBytes, decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import { bytesOfId, type NodeId } from '../encoding/ids.ts';
import { MAX_PAIRING_MESSAGE_BYTES, MAX_ROOM_SAMPLE, MAX_SIGNAL_BYTES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import {
  type CborMap,
  readable,
  readBytes,
  readFixedBytes,
  readId,
  readList,
  readMap,
  readText,
  readUint,
} from '../encoding/shape.ts';
import { encodeIceGrant, type IceGrant, readIceGrant } from './ice-server.ts';

/** docs/protocol.md, "Signaling". Between a node and a signaling server, one message a WebSocket message, binary. */
export const SIGNALING_VERSION = 1;

/** A room or a rendezvous. */
const ROOM_BYTES = 16;
export const CHALLENGE_BYTES = 32;

/** The largest message of either direction: a signal and its envelope. */
export const MAX_SIGNALING_MESSAGE_BYTES = MAX_SIGNAL_BYTES + 256;

export type ClientMessage =
  | {
      readonly type: 'join';
      readonly room: Uint8Array;
      readonly key: NodeId;
      /** By `key` over joinMessage(). */
      readonly signature: Uint8Array;
    }
  | { readonly type: 'signal'; readonly peer: NodeId; readonly signal: Uint8Array }
  | { readonly type: 'pair'; readonly rendezvous: Uint8Array; readonly side: 'offer' | 'answer' }
  | { readonly type: 'message'; readonly message: Uint8Array }
  /** Meets one other socket of the room; what both send after `relay-open` is passed on unread. */
  | {
      readonly type: 'relay';
      readonly room: Uint8Array;
      readonly key: NodeId;
      readonly rendezvous: Uint8Array;
      /** By `key` over relayMessage(). */
      readonly signature: Uint8Array;
    }
  /** Asks a member's ICE servers anew, before their credentials end. */
  | { readonly type: 'ice' }
  | { readonly type: 'ping' };

export type ServerMessage =
  /** The first message on every socket. */
  | { readonly type: 'challenge'; readonly version: number; readonly nonce: Uint8Array }
  | { readonly type: 'joined'; readonly present: readonly NodeId[]; readonly ice: IceGrant }
  | { readonly type: 'present'; readonly peer: NodeId }
  | { readonly type: 'signal'; readonly peer: NodeId; readonly signal: Uint8Array }
  /** Both sides of the rendezvous are there. */
  | { readonly type: 'paired' }
  | { readonly type: 'message'; readonly message: Uint8Array }
  | { readonly type: 'ice'; readonly ice: IceGrant }
  /** The last message that is the server's own: all that follows on this socket comes from the other end. */
  | { readonly type: 'relay-open' }
  | { readonly type: 'pong' };

/** WebSocket close codes of the server (RFC 6455, 7.4.2: 4000 to 4999 are private). */
export const CLOSE_MALFORMED = 4400;
export const CLOSE_NOT_PROVEN = 4401;
export const CLOSE_TOO_SLOW = 4408;
/** Another socket proved the same key for the same room, or that side of a rendezvous is in use. */
export const CLOSE_TAKEN = 4409;
export const CLOSE_OTHER_LEFT = 4410;
export const CLOSE_TOO_MUCH = 4429;
export const CLOSE_FULL = 4503;

const JOIN_DOMAIN = new TextEncoder().encode('fieldfare signaling join 1\0');

/**
 * What a joining node signs. `host` is the server's name and port as the node dialed it, in lower case: without it a
 * hostile server could pass on another server's challenge and take the node's place there.
 */
export function joinMessage(host: string, nonce: Uint8Array, room: Uint8Array): Uint8Array {
  return concatBytes([JOIN_DOMAIN, encodeCbor([host.toLowerCase(), nonce, room])]);
}

const RELAY_DOMAIN = new TextEncoder().encode('fieldfare signaling relay 1\0');

/** What a node signs that wants a relay, so that bytes are counted against keys that are there. */
export function relayMessage(
  host: string,
  nonce: Uint8Array,
  room: Uint8Array,
  rendezvous: Uint8Array,
): Uint8Array {
  return concatBytes([RELAY_DOMAIN, encodeCbor([host.toLowerCase(), nonce, room, rendezvous])]);
}

/** Throws WireError for what decodeClientMessage would refuse. */
export function encodeClientMessage(message: ClientMessage): Uint8Array {
  return bounded(encodeCbor(readable(clientMap(message), readClientMessage)));
}

function clientMap(message: ClientMessage): CborMap {
  switch (message.type) {
    case 'join':
    case 'relay':
      return { ...message, key: bytesOfId(message.key) };
    case 'signal':
      return { ...message, peer: bytesOfId(message.peer) };
    default:
      return { ...message };
  }
}

/** Throws WireError for anything that no node sends. */
export function decodeClientMessage(bytes: Uint8Array): ClientMessage {
  return readClientMessage(readMap(decodeCbor(bytes, { maxBytes: MAX_SIGNALING_MESSAGE_BYTES }), 'message'));
}

function readClientMessage(map: CborMap): ClientMessage {
  const type = readText(map.type, 'message type', 16);
  switch (type) {
    case 'join':
      return {
        type,
        room: readFixedBytes(map.room, 'room', ROOM_BYTES),
        key: readId<NodeId>(map.key, 'key'),
        signature: readFixedBytes(map.signature, 'signature', 64),
      };
    case 'relay':
      return {
        type,
        room: readFixedBytes(map.room, 'room', ROOM_BYTES),
        key: readId<NodeId>(map.key, 'key'),
        rendezvous: readFixedBytes(map.rendezvous, 'rendezvous', ROOM_BYTES),
        signature: readFixedBytes(map.signature, 'signature', 64),
      };
    case 'signal':
      return readSignal(map);
    case 'pair': {
      const side = readText(map.side, 'side', 8);
      if (side !== 'offer' && side !== 'answer') throw new WireError('side is neither offer nor answer');
      return { type, rendezvous: readFixedBytes(map.rendezvous, 'rendezvous', ROOM_BYTES), side };
    }
    case 'message':
      return { type, message: readBytes(map.message, 'message', MAX_PAIRING_MESSAGE_BYTES) };
    case 'ice':
    case 'ping':
      return { type };
    default:
      throw new WireError('no node sends messages of this type');
  }
}

/** Throws WireError for what decodeServerMessage would refuse. */
export function encodeServerMessage(message: ServerMessage): Uint8Array {
  return bounded(encodeCbor(readable(serverMap(message), readServerMessage)));
}

function serverMap(message: ServerMessage): CborMap {
  switch (message.type) {
    case 'joined':
      return {
        type: message.type,
        present: message.present.map(bytesOfId),
        ice: encodeIceGrant(message.ice),
      };
    case 'ice':
      return { type: message.type, ice: encodeIceGrant(message.ice) };
    case 'present':
    case 'signal':
      return { ...message, peer: bytesOfId(message.peer) };
    default:
      return { ...message };
  }
}

/** Throws WireError for anything that no server of this version sends. */
export function decodeServerMessage(bytes: Uint8Array): ServerMessage {
  return readServerMessage(readMap(decodeCbor(bytes, { maxBytes: MAX_SIGNALING_MESSAGE_BYTES }), 'message'));
}

function readServerMessage(map: CborMap): ServerMessage {
  const type = readText(map.type, 'message type', 16);
  switch (type) {
    case 'challenge': {
      const version = readUint(map.version, 'version');
      if (version !== SIGNALING_VERSION)
        throw new WireError(
          `the server speaks version ${version} of the signaling protocol, this node version ${SIGNALING_VERSION}`,
        );
      return { type, version, nonce: readFixedBytes(map.nonce, 'nonce', CHALLENGE_BYTES) };
    }
    case 'joined':
      return {
        type,
        present: readList(map.present, 'present', MAX_ROOM_SAMPLE).map((key) =>
          readId<NodeId>(key, 'present'),
        ),
        ice: readIceGrant(map.ice),
      };
    case 'ice':
      return { type, ice: readIceGrant(map.ice) };
    case 'present':
      return { type, peer: readId<NodeId>(map.peer, 'peer') };
    case 'signal':
      return readSignal(map);
    case 'message':
      return { type, message: readBytes(map.message, 'message', MAX_PAIRING_MESSAGE_BYTES) };
    case 'paired':
    case 'relay-open':
    case 'pong':
      return { type };
    default:
      throw new WireError('no server sends messages of this type');
  }
}

function bounded(bytes: Uint8Array): Uint8Array {
  if (bytes.length > MAX_SIGNALING_MESSAGE_BYTES)
    throw new WireError(
      `a message of ${bytes.length} bytes, at most ${MAX_SIGNALING_MESSAGE_BYTES} are taken`,
    );
  return bytes;
}

function readSignal(map: CborMap) {
  return {
    type: 'signal' as const,
    peer: readId<NodeId>(map.peer, 'peer'),
    signal: readBytes(map.signal, 'signal', MAX_SIGNAL_BYTES),
  };
}
