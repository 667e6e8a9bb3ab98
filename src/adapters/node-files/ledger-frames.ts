import { crc32 } from 'node:zlib';
import { MAX_FRAME_BYTES } from '../../core/wire/encoding/limits.ts';

export interface LedgerRecord {
  readonly key: string;
  readonly envelope: Uint8Array;
}

export interface ReadFrames {
  readonly records: readonly LedgerRecord[];
  /** The frames that are whole, verbatim and in their order. */
  readonly whole: readonly Uint8Array[];
  /** Places where something else stood than a frame that is whole. */
  readonly damaged: number;
}

/** Bytes of a marker: too many to guess. */
export const MARKER_BYTES = 16;
/** Marker, length of the body and its CRC-32 (4 bytes each, little endian). */
const HEADER_BYTES = MARKER_BYTES + 8;
/** The lengths of key and envelope, 2 and 4 bytes, little endian. */
const RECORD_HEADER_BYTES = 6;
const MAX_KEY_BYTES = 1024;

/**
 * One frame: an append that is kept whole or not at all. It begins with a marker that each file draws by itself (as the sync marker of
 * Avro's object container files), so that a reader finds the next frame behind any damage. *Attack:* an author signs an entry whose
 * bytes look like a frame, to have it read as one where the disk damaged what stands before it, with a key that keeps another entry
 * out; the marker never leaves this machine. Throws RangeError for a record that `readFrames` would not take.
 */
export function encodeFrame(marker: Uint8Array, records: readonly LedgerRecord[]): Uint8Array {
  const body = Buffer.concat(
    records.flatMap(({ key, envelope }) => {
      const name = Buffer.from(key);
      if (name.length > MAX_KEY_BYTES || envelope.length > MAX_FRAME_BYTES)
        throw new RangeError(
          `a record of ${name.length} and ${envelope.length} bytes could not be read again`,
        );
      const header = Buffer.alloc(RECORD_HEADER_BYTES);
      header.writeUInt16LE(name.length, 0);
      header.writeUInt32LE(envelope.length, 2);
      return [header, name, envelope];
    }),
  );
  const header = Buffer.alloc(HEADER_BYTES);
  header.set(marker);
  header.writeUInt32LE(body.length, MARKER_BYTES);
  header.writeUInt32LE(crc32(body), MARKER_BYTES + 4);
  return Buffer.concat([header, body]);
}

/** All frames that are whole, whatever stands between them. Allocates nothing for a length that the file does not have. */
export function readFrames(marker: Uint8Array, file: Uint8Array): ReadFrames {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const records = new Map<string, LedgerRecord>();
  const whole: Uint8Array[] = [];
  let damaged = 0;
  /** Where the last frame that is whole ended. */
  let end = 0;
  for (let at = 0; at !== -1; ) {
    const frame = frameAt(bytes, marker, at);
    if (frame === undefined) {
      at = bytes.indexOf(marker, at + 1);
      continue;
    }
    if (at !== end) damaged += 1;
    whole.push(bytes.subarray(at, frame.end));
    for (const record of frame.records) if (!records.has(record.key)) records.set(record.key, record);
    at = frame.end;
    end = at;
  }
  if (end !== bytes.length) damaged += 1;
  return { records: [...records.values()], whole, damaged };
}

function frameAt(
  bytes: Buffer,
  marker: Uint8Array,
  at: number,
): { readonly records: readonly LedgerRecord[]; readonly end: number } | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined;
  const header = bytes.subarray(at, at + HEADER_BYTES);
  if (!header.subarray(0, MARKER_BYTES).equals(marker)) return undefined;
  const end = at + HEADER_BYTES + header.readUInt32LE(MARKER_BYTES);
  if (end > bytes.length) return undefined;
  const body = bytes.subarray(at + HEADER_BYTES, end);
  if (crc32(body) !== header.readUInt32LE(MARKER_BYTES + 4)) return undefined;
  const records = recordsOf(body);
  return records && { records, end };
}

/** The records of one append; undefined when the body is none. */
export function recordsOf(body: Buffer): readonly LedgerRecord[] | undefined {
  const records: LedgerRecord[] = [];
  for (let at = 0; at < body.length; ) {
    if (at + RECORD_HEADER_BYTES > body.length) return undefined;
    const keyBytes = body.readUInt16LE(at);
    const envelopeBytes = body.readUInt32LE(at + 2);
    const envelopeAt = at + RECORD_HEADER_BYTES + keyBytes;
    const end = envelopeAt + envelopeBytes;
    if (keyBytes > MAX_KEY_BYTES || envelopeBytes > MAX_FRAME_BYTES || end > body.length) return undefined;
    records.push({
      key: body.toString('utf8', at + RECORD_HEADER_BYTES, envelopeAt),
      envelope: new Uint8Array(body.subarray(envelopeAt, end)),
    });
    at = end;
  }
  return records;
}
