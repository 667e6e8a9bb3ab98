import { getPublicKey, hashes, sign } from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import type { Randomness } from '../../ports/clock.ts';
import type { Identity, Keys } from '../../ports/keys.ts';
import type { RecordStore } from '../../ports/stores.ts';
import { nobleVerify } from './verify.ts';

// The library asks for SubtleCrypto otherwise, which pages without a secure context do not have.
hashes.sha512 = sha512;

const SEED_BYTES = 32;

export interface NobleKeysDeps {
  /** Where seeds are kept, in the clear: whoever reads the store has the key. Absent: `identity` refuses. */
  readonly records?: RecordStore;
  readonly randomness: Randomness;
}

/** Keys in plain JavaScript, for Node and for browsers whose WebCrypto has no Ed25519. */
export function createNobleKeys(deps: NobleKeysDeps): Keys {
  const opening = new Map<string, Promise<Identity>>();

  const openIdentity = async (name: string): Promise<Identity> => {
    const { records } = deps;
    if (records === undefined)
      throw new Error(`The key "${name}" cannot be opened: this process has no store for keys.`);
    const kept = await records.get(recordName(name));
    if (kept instanceof Uint8Array && kept.length === SEED_BYTES) return identityOf(kept);
    if (kept !== undefined)
      throw new Error(
        `The key "${name}" in the store is damaged. Restore the store, or delete the record to start over.`,
      );
    const seed = deps.randomness.bytes(SEED_BYTES);
    await records.put({ [recordName(name)]: seed });
    return identityOf(seed);
  };

  return {
    identity(name) {
      const pending = opening.get(name) ?? openIdentity(name);
      opening.set(name, pending);
      pending.catch(() => opening.delete(name));
      return pending;
    },
    async fromSeed(seed) {
      if (seed.length !== SEED_BYTES) throw new RangeError(`a seed has 32 bytes, this has ${seed.length}`);
      return identityOf(seed.slice());
    },
    verify: nobleVerify,
    sha256: async (bytes) => sha256(bytes),
  };
}

function recordName(name: string): string {
  return `identity/${name}`;
}

function identityOf(seed: Uint8Array): Identity {
  return {
    id: idFromBytes<NodeId>(getPublicKey(seed)),
    sign: async (message) => sign(message, seed),
  };
}
