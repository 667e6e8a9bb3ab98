import { type CborValue, decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import type { InfoHash } from '../encoding/ids.ts';
import { MAX_FRAME_BYTES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import { readBytes, readFlag, readList, readText, readUint } from '../encoding/shape.ts';
import { markFields, readMark, type StatementMark } from './item.ts';
import {
  entranceFields,
  isOverlay,
  type OverlayMessage,
  overlayFields,
  readEntrance,
  readHops,
  readOverlay,
  type SiteEntrance,
} from './overlay.ts';
import {
  isReconciliation,
  type ReconciliationMessage,
  readReconciliation,
  reconciliationFields,
} from './reconciliation.ts';

/** What two nodes say to each other on an authenticated link. One message a frame. */
export type LinkMessage =
  | ReconciliationMessage
  | OverlayMessage
  /**
   * Sent once when the link comes up: the newest (session, sequence) of each author and kind that the sender holds. The receiver
   * answers with the statements that the sender lacks.
   */
  | {
      readonly type: 'inventory';
      readonly statements: readonly StatementMark[];
      /** False: more inventory frames follow. The receiver answers only after the last. */
      readonly last: boolean;
    }
  /**
   * One item of the broadcast, as it was signed, after crossing `hops` links with this one. The receiver checks what is new to it and
   * passes it on; what it had it answers with `prune`.
   */
  | {
      readonly type: 'push';
      readonly kind: 'entry' | 'statement';
      readonly hops: number;
      readonly payload: Uint8Array;
      /** To neighbours of the sender's site, and to others of what was asked for across a border. */
      readonly entrance?: SiteEntrance | undefined;
    }
  /** Entries that the other end lacks, as envelopes. The receiver drops those it has, checks the others, and announces what is new to it. */
  | { readonly type: 'entries'; readonly envelopes: readonly Uint8Array[] }
  /** Statements that the other end lacks. The receiver drops what is not newer, checks the others, and announces them. */
  | { readonly type: 'statements'; readonly statements: readonly Uint8Array[] }
  /**
   * Bundles that the sender holds, at most MAX_HOLDINGS, each time that this changes. The receiver may offer wires for those it shares.
   */
  | {
      readonly type: 'holdings';
      readonly bundles: readonly { readonly infoHash: InfoHash; readonly whole: boolean }[];
    }
  /** The sender made bulk channel `channel` for a torrent wire. The receiver makes its end, then says wire-ready or wire-declined. */
  | { readonly type: 'wire-offer'; readonly infoHash: InfoHash; readonly channel: number }
  | { readonly type: 'wire-ready'; readonly channel: number }
  | { readonly type: 'wire-declined'; readonly channel: number }
  /** The sender hangs up after this; the reason is for the receiver's log. */
  | { readonly type: 'goodbye'; readonly reason: string };

/**
 * A message of a type that a later version brought (W11). It is skipped, and counts as what says nothing new (M13).
 */
export interface UnknownMessage {
  readonly type: 'unknown';
}

/** Fields of one message; a later version may add some behind those that this one reads. */
const MAX_FIELDS = 16;
const MESSAGE_TYPE = /^[a-z][a-z0-9-]{0,31}$/;
const MAX_MARKS = 2048;
const MAX_BATCH = 1024;
/** A guess: a device holds three; a publisher may hold more than it says (B5). */
export const MAX_HOLDINGS = 64;
const MAX_REASON_CHARACTERS = 200;
/** Chromium numbers data channels up to 1,023; 0 is the control channel's. */
export const MAX_CHANNEL = 1022;

/** Throws WireError for what decodeMessage would refuse. */
export function encodeMessage(message: LinkMessage): Uint8Array {
  const bytes = encodeCbor(fieldsOf(message));
  if (bytes.length > MAX_FRAME_BYTES) throw new WireError(`a frame of ${bytes.length} bytes`);
  return bytes;
}

export function decodeMessage(frame: Uint8Array): LinkMessage | UnknownMessage {
  const fields = readList(decodeCbor(frame, { maxBytes: MAX_FRAME_BYTES }), 'the message', MAX_FIELDS);
  const reconciliation = readReconciliation(fields);
  if (reconciliation !== undefined) return reconciliation;
  const overlay = readOverlay(fields);
  if (overlay !== undefined) return overlay;
  const [type, first, second, third, fourth] = fields;
  switch (type) {
    case 'inventory':
      return {
        type,
        statements: readList(first, 'statements', MAX_MARKS).map(readMark),
        last: readFlag(second, 'last'),
      };
    case 'push':
      return {
        type,
        kind: readFlag(first, 'statement') ? 'statement' : 'entry',
        hops: readHops(second),
        payload: readBytes(third, 'a payload', MAX_FRAME_BYTES),
        ...readEntrance(fourth),
      };
    case 'entries':
      return {
        type,
        envelopes: readList(first, 'envelopes', MAX_BATCH).map((item) =>
          readBytes(item, 'an envelope', MAX_FRAME_BYTES),
        ),
      };
    case 'statements':
      return {
        type,
        statements: readList(first, 'statements', MAX_BATCH).map((item) =>
          readBytes(item, 'a statement', MAX_FRAME_BYTES),
        ),
      };
    case 'holdings':
      return {
        type,
        bundles: readList(first, 'bundles', MAX_HOLDINGS).map((item) => {
          const [infoHash, whole] = readList(item, 'a bundle', 2);
          return { infoHash: readInfoHash(infoHash), whole: readFlag(whole, 'whole') };
        }),
      };
    case 'wire-offer':
      return { type, infoHash: readInfoHash(first), channel: readChannel(second) };
    case 'wire-ready':
    case 'wire-declined':
      return { type, channel: readChannel(first) };
    case 'goodbye':
      return { type, reason: readText(first, 'reason', MAX_REASON_CHARACTERS) };
    default:
      if (typeof type !== 'string' || !MESSAGE_TYPE.test(type))
        throw new WireError('the type of a message is not 1 to 32 of a-z, 0-9 and "-", a letter first');
      return { type: 'unknown' };
  }
}

function fieldsOf(message: LinkMessage): CborValue {
  if (isReconciliation(message)) return reconciliationFields(message);
  if (isOverlay(message)) return overlayFields(message);
  switch (message.type) {
    case 'inventory':
      return [
        message.type,
        readList(message.statements.map(markFields), 'statements', MAX_MARKS),
        message.last,
      ];
    case 'push':
      return [
        message.type,
        message.kind === 'statement',
        readHops(message.hops),
        message.payload,
        ...(message.entrance === undefined ? [] : [entranceFields(message.entrance)]),
      ];
    case 'entries':
      return [message.type, readList(message.envelopes, 'envelopes', MAX_BATCH)];
    case 'statements':
      return [message.type, readList(message.statements, 'statements', MAX_BATCH)];
    case 'holdings': {
      const bundles = message.bundles.map(({ infoHash, whole }) => [readInfoHash(infoHash), whole]);
      return [message.type, readList(bundles, 'bundles', MAX_HOLDINGS)];
    }
    case 'wire-offer':
      return [message.type, readInfoHash(message.infoHash), readChannel(message.channel)];
    case 'wire-ready':
    case 'wire-declined':
      return [message.type, readChannel(message.channel)];
    case 'goodbye':
      return [message.type, message.reason.slice(0, MAX_REASON_CHARACTERS)];
  }
}

/** Splits items into runs whose bytes together stay well inside one frame. */
export function batchesForFrames(items: readonly Uint8Array[]): Uint8Array[][] {
  const room = MAX_FRAME_BYTES - 1024;
  const batches: Uint8Array[][] = [];
  let batch: Uint8Array[] = [];
  let size = 0;
  for (const item of items) {
    if (batch.length > 0 && (size + item.length + 8 > room || batch.length === MAX_BATCH)) {
      batches.push(batch);
      batch = [];
      size = 0;
    }
    batch.push(item);
    size += item.length + 8;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

function readInfoHash(value: CborValue | undefined): InfoHash {
  const text = readText(value, 'infoHash', 40);
  if (!/^[0-9a-f]{40}$/.test(text)) throw new WireError('infoHash is not 40 hexadecimal digits');
  return text as InfoHash;
}

function readChannel(value: CborValue | undefined): number {
  const channel = readUint(value, 'channel');
  if (channel < 1 || channel > MAX_CHANNEL) throw new WireError(`channel ${channel} is out of range`);
  return channel;
}
