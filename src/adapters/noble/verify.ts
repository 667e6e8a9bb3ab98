import { etc, Point } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { compareBytes, concatBytes } from '../../core/wire/encoding/cbor.ts';
import { isStrictKey, isStrictSignature } from '../../core/wire/encoding/ed25519.ts';
import type { Keys } from '../../ports/keys.ts';

/** Strict verification in plain JavaScript, where WebCrypto has no Ed25519. */
export const nobleVerify: Keys['verify'] = async (key, message, signature) =>
  isStrictKey(key) && isStrictSignature(signature) && equationHolds(key, message, signature);

/**
 * encode([S]B - [k]A) = R, without the cofactor, as OpenSSL and BoringSSL check it. The library's own verify
 * multiplies by 8 even when told to be strict: a signature could then be valid here and void in a browser.
 */
function equationHolds(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const encodedR = signature.subarray(0, 32);
  try {
    const a = Point.fromBytes(key);
    const s = littleEndian(signature.subarray(32));
    const k = etc.mod(littleEndian(sha512(concatBytes([encodedR, key, message]))), Point.CURVE().n);
    const r = Point.BASE.multiply(s, false).add(a.negate().multiply(k, false));
    return compareBytes(r.toBytes(), encodedR) === 0;
  } catch {
    return false; // the key is no point of the curve
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
