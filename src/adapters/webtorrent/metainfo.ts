import type { InfoHash } from '../../core/wire/encoding/ids.ts';

/** A bundle as a single-file torrent (BEP 3). */
export interface Metainfo {
  readonly name: string;
  readonly sizeBytes: number;
  readonly pieceLengthBytes: number;
  /** SHA-1 of every piece, 40 lower-case hexadecimal digits each. */
  readonly pieceHashes: readonly string[];
}

/**
 * The engine looks through all pieces, for each wire and each piece that it asks for: 512 pieces took a third of a leecher's time
 * among eight, 128 a sixth. Fewer would let a device pass on less of what it has so far, and cost a failed piece more.
 */
export const MAX_PIECES = 128;
const MIN_PIECE_LENGTH_BYTES = 64 * 1024;
/** 128 of them hold the largest release; a piece is held in memory whole while it comes in. */
const MAX_PIECE_LENGTH_BYTES = 16 * 1024 * 1024;
const MAX_NAME_BYTES = 255;

/** The smallest power of two from 64 KiB up that makes at most 128 pieces; RangeError when the bundle is too large. */
export function pieceLengthFor(sizeBytes: number): number {
  let length = MIN_PIECE_LENGTH_BYTES;
  while (Math.ceil(sizeBytes / length) > MAX_PIECES) length *= 2;
  if (length > MAX_PIECE_LENGTH_BYTES) throw new RangeError(`a bundle of ${sizeBytes} bytes is too large`);
  return length;
}

/**
 * The one form in which a bundle's metainfo is written: equal files make equal bytes, so publishers agree on the hash. RangeError for what
 * readMetainfo does not take.
 */
export function encodeMetainfo(metainfo: Metainfo): Uint8Array {
  const { bytes } = write(metainfo);
  if (readMetainfo(bytes) === undefined)
    throw new RangeError(
      `no node reads a torrent of ${metainfo.sizeBytes} bytes in ${metainfo.pieceHashes.length} pieces of ${metainfo.pieceLengthBytes}`,
    );
  return bytes;
}

function write(metainfo: Metainfo): { readonly bytes: Uint8Array; readonly info: Uint8Array } {
  const name = new TextEncoder().encode(metainfo.name);
  if (name.length === 0 || name.length > MAX_NAME_BYTES) {
    throw new RangeError(`a torrent's name has 1 to ${MAX_NAME_BYTES} bytes, this has ${name.length}`);
  }
  const pieces = metainfo.pieceHashes.flatMap((hash) =>
    Array.from(hash.match(/../g)!, (pair) => Number.parseInt(pair, 16)),
  );
  const info = join([
    `d6:lengthi${metainfo.sizeBytes}e4:name${name.length}:`,
    name,
    `12:piece lengthi${metainfo.pieceLengthBytes}e6:pieces${pieces.length}:`,
    Uint8Array.from(pieces),
    'e',
  ]);
  return { bytes: join(['d4:info', info, 'e']), info };
}

/**
 * Reads what encodeMetainfo writes and nothing else; undefined for any other bytes. A metainfo may otherwise name
 * trackers and web seeds, with which a publisher could send every device of a fleet to hosts of its choice.
 */
export function readMetainfo(bytes: Uint8Array): Metainfo | undefined {
  // One character a byte, so that positions in the text are positions in the bytes.
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const head = /^d4:infod6:lengthi(\d{1,15})e4:name(\d{1,3}):/.exec(text);
  if (!head) return undefined;
  const nameEnd = head[0].length + Number(head[2]);
  const rest = /^12:piece lengthi(\d{1,9})e6:pieces(\d{1,6}):/.exec(text.slice(nameEnd));
  if (!rest) return undefined;
  const piecesStart = nameEnd + rest[0].length;
  const pieces = bytes.subarray(piecesStart, piecesStart + Number(rest[2]));
  const [sizeBytes, pieceLengthBytes] = [Number(head[1]), Number(rest[1])];
  const isPowerOfTwo = (pieceLengthBytes & (pieceLengthBytes - 1)) === 0;
  if (
    !isPowerOfTwo ||
    pieceLengthBytes < MIN_PIECE_LENGTH_BYTES ||
    pieceLengthBytes > MAX_PIECE_LENGTH_BYTES
  ) {
    return undefined;
  }
  const count = Math.ceil(sizeBytes / pieceLengthBytes);
  if (count > MAX_PIECES || pieces.length !== count * 20) return undefined;
  const pieceHashes = Array.from({ length: count }, (_, index) =>
    toHex(pieces.subarray(index * 20, index * 20 + 20)),
  );
  try {
    const name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      bytes.subarray(head[0].length, nameEnd),
    );
    const metainfo = { name, sizeBytes, pieceLengthBytes, pieceHashes };
    const again = write(metainfo).bytes;
    return again.length === bytes.length && again.every((byte, at) => byte === bytes[at])
      ? metainfo
      : undefined;
  } catch {
    return undefined;
  }
}

/** SHA-1 of the info dictionary of a metainfo in the one form above. */
export async function infoHashOf(metainfo: Metainfo): Promise<InfoHash> {
  return (await sha1Hex(write(metainfo).info)) as InfoHash;
}

export async function sha1Hex(bytes: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-1', bytes as Uint8Array<ArrayBuffer>)));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function join(parts: readonly (string | Uint8Array)[]): Uint8Array {
  const encoder = new TextEncoder();
  const arrays = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part));
  const out = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}
