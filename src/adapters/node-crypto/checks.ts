import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { isStrictKey, isStrictSignature } from '../../core/wire/encoding/ed25519.ts';
import { idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import type { Keys } from '../../ports/keys.ts';

/** A guess: public keys that stay read. Few authors sign most of what comes. */
const MAX_KEYS = 256;

/** A guess: signatures that are asked for closer than this come together. A check takes about a tenth of it. */
const ALONE_MS = 1;

const verifyOnThread = promisify(verify);

/**
 * What Keys checks, by the same OpenSSL that is behind Node's WebCrypto, and by Node's older interface: it takes a third less of the
 * thread that asks. A signature that comes alone is checked at once, since a thread that is woken and answers makes a lone entry wait
 * for its turn twice at every node; what follows closely is checked on the threads of libuv. Ask `hasStrictEd25519` first.
 */
export function createNodeChecks(): Pick<Keys, 'verify' | 'sha256'> {
  const keys = new Map<NodeId, KeyObject>();
  let checkedAtMs = Number.NEGATIVE_INFINITY;

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

  const isAlone = (): boolean => {
    const beforeMs = checkedAtMs;
    checkedAtMs = performance.now();
    return checkedAtMs - beforeMs > ALONE_MS;
  };

  return {
    verify: async (key, message, signature) => {
      if (!isStrictKey(key) || !isStrictSignature(signature)) return false;
      try {
        const readKey = keyOf(key);
        return isAlone()
          ? verify(null, message, readKey, signature)
          : await verifyOnThread(null, message, readKey, signature);
      } catch {
        return false; // the key is no point of the curve
      }
    },
    sha256: async (bytes) => hash('sha256', bytes, 'buffer'),
  };
}
