import { isStrictKey, isStrictSignature } from '../../core/wire/encoding/ed25519.ts';
import { idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import type { Keys } from '../../ports/keys.ts';
import { asBuffer } from './buffer.ts';

export const ED25519 = 'Ed25519';

/** A guess: public keys that stay imported. Few authors sign most of what comes; importing one costs a third of a verification. */
const MAX_IMPORTED = 256;

/** Use `hasStrictEd25519` first. */
export function createWebCryptoVerify(subtle: SubtleCrypto): Keys['verify'] {
  const imported = new Map<NodeId, Promise<CryptoKey>>();

  const importedKey = (key: Uint8Array): Promise<CryptoKey> => {
    const id = idFromBytes<NodeId>(key);
    const known = imported.get(id) ?? subtle.importKey('raw', asBuffer(key), ED25519, false, ['verify']);
    // Moved to the end: the one used longest ago goes first.
    imported.delete(id);
    imported.set(id, known);
    const oldest = imported.size > MAX_IMPORTED ? imported.keys().next().value : undefined;
    if (oldest !== undefined) imported.delete(oldest);
    return known;
  };

  return async (key, message, signature) => {
    if (!isStrictKey(key) || !isStrictSignature(signature)) return false;
    try {
      return await subtle.verify(ED25519, await importedKey(key), asBuffer(signature), asBuffer(message));
    } catch {
      return false; // the key is no point of the curve
    }
  };
}
