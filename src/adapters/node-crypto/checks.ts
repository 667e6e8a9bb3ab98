import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { isStrictKey, isStrictSignature } from '../../core/wire/ed25519.ts';
import { idFromBytes, type NodeId } from '../../core/wire/ids.ts';
import type { Keys } from '../../ports/keys.ts';

/** A guess: public keys that stay read. Few authors sign most of what comes. */
const MAX_KEYS = 256;

/**
 * What Keys checks, by the same OpenSSL that is behind Node's WebCrypto, and by Node's older interface: it takes a third less of the
 * thread that asks. Signatures are checked on the threads of libuv. Ask `hasStrictEd25519` first.
 */
export function createNodeChecks(): Pick<Keys, 'verify' | 'sha256'> {
  const keys = new Map<NodeId, KeyObject>();

  const keyOf = (bytes: Uint8Array): KeyObject => {
    const id = idFromBytes<NodeId>(bytes);
    const key =
      keys.get(id) ?? createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: id }, format: 'jwk' });
    // Moved to the end: the one used longest ago goes first.
    keys.delete(id);
    keys.set(id, key);
    const oldest = keys.size > MAX_KEYS ? keys.keys().next().value : undefined;
    if (oldest !== undefined) keys.delete(oldest);
    return key;
  };

  return {
    verify: (key, message, signature) =>
      new Promise((resolve) => {
        if (!isStrictKey(key) || !isStrictSignature(signature)) return resolve(false);
        try {
          verify(null, message, keyOf(key), signature, (error, holds) => resolve(error === null && holds));
        } catch {
          resolve(false); // the key is no point of the curve
        }
      }),
    sha256: async (bytes) => createHash('sha256').update(bytes).digest(),
  };
}
