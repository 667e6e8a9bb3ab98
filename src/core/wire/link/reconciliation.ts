import type { CborValue } from '../encoding/cbor.ts';
import { bytesOfId, type EntryId } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import { readBytes, readFixedBytes, readFlag, readId, readList, readUint } from '../encoding/shape.ts';

/**
 * What two ends of a link say to find out which entries the other lacks (docs/protocol.md, R1 to R7). Both greet; then the
 * end with the lower node id leads: it sends a sketch or a list, and the other answers.
 */
export type ReconciliationMessage =
  /** The first frame of both ends. `count` is the number of entries here. Only the end that follows sends an odd sketch. */
  | {
      readonly type: 'greet';
      readonly nonce: Uint8Array;
      readonly count: number;
      readonly oddSketch: Uint8Array | undefined;
    }
  /** The next coded symbols of the leader's set, nine bytes each. */
  | { readonly type: 'sketch'; readonly symbols: Uint8Array; readonly last: boolean }
  /** The short ids of the leader's whole set, ascending: where that is smaller than a sketch. */
  | { readonly type: 'list'; readonly shortIds: Uint8Array; readonly last: boolean }
  /** The sketch does not decode: send symbols up to `symbols` in all. 0: go over to ranges. */
  | { readonly type: 'more'; readonly symbols: number }
  /** The difference as the follower sees it: digest of what both hold, short ids that it wants (ascending). Its own entries follow. */
  | {
      readonly type: 'answer';
      readonly common: Uint8Array;
      readonly wants: Uint8Array;
      readonly last: boolean;
    }
  /**
   * The fallback: adjoining ranges of ids from `lower` on (Meyer, "Range-Based Set Reconciliation", SRDS 2023). No parts and
   * no wants: there is nothing left to settle.
   */
  | {
      readonly type: 'ranges';
      readonly lower: Uint8Array;
      readonly parts: readonly RangePart[];
      readonly wants: readonly EntryId[];
    };

/** Ids from the previous part's bound up to `upper`, exclusive; bounds are prefixes of ids, compared bytewise; empty is the end. */
export type RangePart =
  | { readonly type: 'same'; readonly upper: Uint8Array }
  | { readonly type: 'fingerprint'; readonly upper: Uint8Array; readonly fingerprint: Uint8Array }
  /** All the ids of the sender in this range, 32 bytes each. */
  | { readonly type: 'ids'; readonly upper: Uint8Array; readonly ids: readonly EntryId[] };

export const NONCE_BYTES = 8;
/** 160 bits tell up to about 100 differing ids to 20 % and saturate at about 200; more bits would cost links with equal sets more. */
export const ODD_SKETCH_BYTES = 20;
export const SHORT_ID_BYTES = 6;
export const SYMBOL_BYTES = 9;
export const DIGEST_BYTES = 8;
/** Of symbols, short ids or ranges in one frame; what is longer goes in several. Below MAX_FRAME_BYTES with room for the heads. */
export const MAX_RECONCILIATION_BYTES = 96 * 1024;
/** Parts and ids of one ranges frame; a guess with room, an id is 34 bytes. */
export const MAX_RANGE_PARTS = 1024;
const MAX_RANGE_IDS = 2560;

export function isReconciliation(message: { readonly type: string }): message is ReconciliationMessage {
  return TYPES.has(message.type);
}

const TYPES: ReadonlySet<string> = new Set<ReconciliationMessage['type']>([
  'greet',
  'sketch',
  'list',
  'more',
  'answer',
  'ranges',
]);

export function reconciliationFields(message: ReconciliationMessage): CborValue {
  switch (message.type) {
    case 'greet':
      return [
        message.type,
        readFixedBytes(message.nonce, 'nonce', NONCE_BYTES),
        readUint(message.count, 'count'),
        ...(message.oddSketch === undefined
          ? []
          : [readFixedBytes(message.oddSketch, 'oddSketch', ODD_SKETCH_BYTES)]),
      ];
    case 'sketch':
      return [message.type, readRun(message.symbols, 'symbols', SYMBOL_BYTES), ...unfinished(message)];
    case 'list':
      return [message.type, readRun(message.shortIds, 'shortIds', SHORT_ID_BYTES), ...unfinished(message)];
    case 'more':
      return [message.type, readUint(message.symbols, 'symbols')];
    case 'answer':
      return [
        message.type,
        readFixedBytes(message.common, 'common', DIGEST_BYTES),
        readRun(message.wants, 'wants', SHORT_ID_BYTES),
        ...unfinished(message),
      ];
    case 'ranges':
      return [
        message.type,
        readBound(message.lower, 'lower'),
        readList(message.parts.map(partFields), 'parts', MAX_RANGE_PARTS),
        readList(message.wants.map(bytesOfId), 'wants', MAX_RANGE_IDS),
      ];
  }
}

/** Undefined when the fields are not those of a reconciliation message. Throws WireError when they are, but malformed. */
export function readReconciliation(fields: readonly CborValue[]): ReconciliationMessage | undefined {
  const [type, first, second, third] = fields;
  switch (type) {
    case 'greet':
      return {
        type,
        nonce: readFixedBytes(first, 'nonce', NONCE_BYTES),
        count: readUint(second, 'count'),
        oddSketch: third === undefined ? undefined : readFixedBytes(third, 'oddSketch', ODD_SKETCH_BYTES),
      };
    case 'sketch':
      return {
        type,
        symbols: readRun(first, 'symbols', SYMBOL_BYTES),
        last: !readFlag(second, 'unfinished'),
      };
    case 'list':
      return {
        type,
        shortIds: readRun(first, 'shortIds', SHORT_ID_BYTES),
        last: !readFlag(second, 'unfinished'),
      };
    case 'more':
      return { type, symbols: readUint(first, 'symbols') };
    case 'answer':
      return {
        type,
        common: readFixedBytes(first, 'common', DIGEST_BYTES),
        wants: readRun(second, 'wants', SHORT_ID_BYTES),
        last: !readFlag(third, 'unfinished'),
      };
    case 'ranges':
      return {
        type,
        lower: readBound(first, 'lower'),
        parts: readList(second, 'parts', MAX_RANGE_PARTS).map(readPart),
        wants: readList(third, 'wants', MAX_RANGE_IDS).map((item) =>
          readId<EntryId>(item, 'an id that is wanted'),
        ),
      };
    default:
      return undefined;
  }
}

/** Almost every run fits one frame, so only those that do not cost a byte for it. */
function unfinished({ last }: { readonly last: boolean }): readonly CborValue[] {
  return last ? [] : [true];
}

function partFields(part: RangePart): CborValue {
  const upper = readBound(part.upper, "a range's bound");
  switch (part.type) {
    case 'same':
      return [upper];
    case 'fingerprint':
      return [upper, readFixedBytes(part.fingerprint, 'a fingerprint', DIGEST_BYTES)];
    case 'ids':
      return [upper, readList(part.ids.map(bytesOfId), "a range's ids", MAX_RANGE_IDS)];
  }
}

/** A prefix of ids. */
function readBound(value: CborValue | undefined, where: string): Uint8Array {
  return readBytes(value, where, 32);
}

function readPart(value: CborValue): RangePart {
  const [bound, content] = readList(value, 'a range', 2);
  const upper = readBound(bound, "a range's bound");
  if (content === undefined) return { type: 'same', upper };
  if (content instanceof Uint8Array)
    return {
      type: 'fingerprint',
      upper,
      fingerprint: readFixedBytes(content, 'a fingerprint', DIGEST_BYTES),
    };
  const ids = readList(content, "a range's ids", MAX_RANGE_IDS);
  return { type: 'ids', upper, ids: ids.map((item) => readId<EntryId>(item, "a range's id")) };
}

/** Bytes that are a run of items of one size. */
function readRun(value: CborValue | undefined, where: string, itemBytes: number): Uint8Array {
  const bytes = readBytes(value, where, MAX_RECONCILIATION_BYTES);
  if (bytes.length % itemBytes !== 0)
    throw new WireError(`${where} is not a run of items of ${itemBytes} bytes`);
  return bytes;
}
