import { etc, getPublicKey, hashes, Point, sign } from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { compareBytes, concatBytes } from '../../core/wire/cbor.ts';
import { isStrictKey, isStrictSignature } from '../../core/wire/ed25519.ts';
import { idFromBytes, type NodeId } from '../../core/wire/ids.ts';
import type { Randomness } from '../../ports/clock.ts';
import type { Identity, Keys } from '../../ports/keys.ts';
import type { RecordStore } from '../../ports/stores.ts';

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
    async verify(key, message, signature) {
      return isStrictKey(key) && isStrictSignature(signature) && equationHolds(key, message, signature);
    },
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
