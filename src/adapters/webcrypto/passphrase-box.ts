import { concatBytes } from '../../core/wire/encoding/cbor.ts';
import type { Randomness } from '../../ports/clock.ts';
import type { PassphraseBox } from '../../ports/passphrase-box.ts';
import { asBuffer } from './buffer.ts';

/** OWASP Password Storage Cheat Sheet, 2023, for PBKDF2-HMAC-SHA256. Fixed: a file that chose its own count could stall the page or be cheap to guess. */
const ITERATIONS = 600_000;
/** NIST SP 800-132, 5.1: at least 128 bits. */
const SALT_BYTES = 16;
/** NIST SP 800-38D, 8.2: 96 bits. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** PBKDF2-HMAC-SHA256 and AES-256-GCM (RFC 8018, NIST SP 800-38D). Sealed bytes are salt, nonce, ciphertext with its tag. */
export function createPassphraseBox(deps: {
  readonly subtle: SubtleCrypto;
  readonly randomness: Randomness;
}): PassphraseBox {
  const { subtle, randomness } = deps;

  const keyFor = async (passphrase: string, salt: Uint8Array): Promise<CryptoKey> => {
    // NFKC: one passphrase typed on two keyboards must give one key.
    const secret = new TextEncoder().encode(passphrase.normalize('NFKC'));
    const base = await subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveKey']);
    return subtle.deriveKey(
      { name: 'PBKDF2', hash: 'SHA-256', salt: asBuffer(salt), iterations: ITERATIONS },
      base,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    );
  };

  return {
    seal: async (passphrase, bytes) => {
      const salt = randomness.bytes(SALT_BYTES);
      const nonce = randomness.bytes(NONCE_BYTES);
      const key = await keyFor(passphrase, salt);
      const sealed = await subtle.encrypt({ name: 'AES-GCM', iv: asBuffer(nonce) }, key, asBuffer(bytes));
      return concatBytes([salt, nonce, new Uint8Array(sealed)]);
    },
    open: async (passphrase, sealed) => {
      if (sealed.length < SALT_BYTES + NONCE_BYTES + TAG_BYTES) return undefined;
      const key = await keyFor(passphrase, sealed.subarray(0, SALT_BYTES));
      const iv = asBuffer(sealed.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES));
      try {
        const bytes = await subtle.decrypt(
          { name: 'AES-GCM', iv },
          key,
          asBuffer(sealed.subarray(SALT_BYTES + NONCE_BYTES)),
        );
        return new Uint8Array(bytes);
      } catch {
        return undefined;
      }
    },
  };
}
