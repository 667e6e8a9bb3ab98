import { concatBytes } from './cbor.ts';
import { fromBase64Url, toBase64Url } from './ids.ts';

const CHECK_BYTES = 4;

/** Bytes as base64url that people pass on by hand, after a checksum. */
export function encodeCheckedText(body: Uint8Array): string {
  return toBase64Url(concatBytes([checkOf(body), body]));
}

/** The bytes, or undefined when the text was cut short, changed, or is longer than `maxBytes` of body. */
export function decodeCheckedText(text: string, maxBytes: number): Uint8Array | undefined {
  const bytes = text.length <= maxBytes * 2 ? fromBase64Url(text) : undefined;
  const body = bytes?.subarray(CHECK_BYTES);
  if (bytes === undefined || body === undefined || bytes.length < CHECK_BYTES) return undefined;
  return toBase64Url(checkOf(body)) === toBase64Url(bytes.subarray(0, CHECK_BYTES)) ? body : undefined;
}

/** CRC-32 (ISO 3309), against slips of copying, not against malice: signatures and pinned ids are for that. */
function checkOf(bytes: Uint8Array): Uint8Array {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  const check = new Uint8Array(CHECK_BYTES);
  new DataView(check.buffer).setUint32(0, ~crc >>> 0);
  return check;
}
