import { sha256 } from '@noble/hashes/sha2.js';
import type { Keys } from '../../ports/keys.ts';
import { asBuffer } from './buffer.ts';

/** Measured: the way to the platform's thread and back takes 20 us, in which JavaScript hashes this much. Most entries have 300 bytes. */
const HASHED_HERE_BYTES = 2_048;

export function createWebCryptoSha256(subtle: SubtleCrypto): Keys['sha256'] {
  return async (bytes) =>
    bytes.length <= HASHED_HERE_BYTES
      ? sha256(bytes)
      : new Uint8Array(await subtle.digest('SHA-256', asBuffer(bytes)));
}
