/**
 * The part of strict Ed25519 verification that libraries disagree about, decided here on the encoded bytes so that
 * every node gives one answer (RFC 8032, 5.1.3 and 5.1.7; Chalkias et al., "Taming the many EdDSAs", 2020). What is
 * left to the library is the equation without the cofactor: encode([S]B - [k]A) = R.
 */

/** y of the eight points whose order divides 8, as 32 little-endian bytes without the sign of x: 0, 1, -1 and the two of order 8. */
const SMALL_ORDER_Y: readonly Uint8Array[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map((hex) =>
  Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16)),
);

/** L = 2^252 + 27742317777372353535851937790883648493, little-endian. */
const GROUP_ORDER = Uint8Array.of(
  ...[0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14],
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10],
);

/**
 * True for 32 bytes that encode y < p and no point of small order. Attacks: under a small-order key one signature
 * fits many messages; a second encoding of one key would be a second id for one author.
 */
export function isStrictKey(key: Uint8Array): boolean {
  return key.length === 32 && isBelowPrime(key) && !SMALL_ORDER_Y.some((y) => hasY(key, y));
}

/** y < p = 2^255 - 19. */
function isBelowPrime(key: Uint8Array): boolean {
  if ((key[31]! & 0x7f) !== 0x7f || key[0]! < 0xed) return true;
  for (let index = 1; index < 31; index++) if (key[index] !== 0xff) return true;
  return false;
}

/** Without the sign of x, which is the topmost bit. */
function hasY(key: Uint8Array, y: Uint8Array): boolean {
  for (let index = 0; index < 31; index++) if (key[index] !== y[index]) return false;
  return (key[31]! & 0x7f) === y[31];
}

/**
 * True for 64 bytes R || S with R canonical and not of small order, and S < L. Attacks: S + L would be a second valid
 * signature by someone without the key; a small-order R is accepted by some libraries and not by others.
 */
export function isStrictSignature(signature: Uint8Array): boolean {
  if (signature.length !== 64 || !isStrictKey(signature.subarray(0, 32))) return false;
  for (let index = 31; index >= 0; index--) {
    const difference = signature[32 + index]! - GROUP_ORDER[index]!;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
