import { concatBytes } from '../../core/wire/encoding/cbor.ts';
import { fromBase64Url, idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import type { Identity, Keys } from '../../ports/keys.ts';
import type { RecordStore } from '../../ports/stores.ts';
import { asBuffer } from './buffer.ts';
import { createWebCryptoSha256 } from './sha256.ts';
import { createWebCryptoVerify, ED25519 } from './verify.ts';

const SEED_BYTES = 32;

/** RFC 8410: a PKCS #8 envelope of an Ed25519 key is this, then the 32 bytes of the seed. */
const PKCS8_PREFIX = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

/** How a key lies in the store. The private part is a CryptoKey that nothing can export, this page included. */
interface KeptKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: Uint8Array;
}

export interface WebCryptoKeysDeps {
  readonly subtle: SubtleCrypto;
  /** Its values must take a CryptoKey (structured clone): IndexedDB does. */
  readonly records: RecordStore;
}

/** Keys of the browser itself; use `hasStrictEd25519` first. */
export function createWebCryptoKeys({ subtle, records }: WebCryptoKeysDeps): Keys {
  const opening = new Map<string, Promise<Identity>>();

  const identityOf = ({ privateKey, publicKey }: KeptKey): Identity => ({
    id: idFromBytes<NodeId>(publicKey),
    sign: async (message) => new Uint8Array(await subtle.sign(ED25519, privateKey, asBuffer(message))),
  });

  const openIdentity = async (name: string): Promise<Identity> => {
    const kept = await records.get(`identity/${name}`);
    if (isKeptKey(kept)) return identityOf(kept);
    if (kept !== undefined)
      throw new Error(
        `The key "${name}" in this browser's storage is damaged. Clear the site's data to start over with a new key.`,
      );
    const pair = (await subtle.generateKey(ED25519, false, ['sign', 'verify'])) as CryptoKeyPair;
    const publicKey = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
    const made: KeptKey = { privateKey: pair.privateKey, publicKey };
    await records.put({ [`identity/${name}`]: made });
    return identityOf(made);
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
      const pkcs8 = asBuffer(concatBytes([PKCS8_PREFIX, seed]));
      // WebCrypto tells the public part of a private key only through an export, so one extractable copy lives for a moment.
      const readable = await subtle.importKey('pkcs8', pkcs8, ED25519, true, ['sign']);
      const { x } = await subtle.exportKey('jwk', readable);
      const publicKey = fromBase64Url(x ?? '');
      if (publicKey?.length !== 32) throw new Error('The browser made no public key of this seed.');
      const privateKey = await subtle.importKey('pkcs8', pkcs8, ED25519, false, ['sign']);
      return identityOf({ privateKey, publicKey });
    },
    verify: createWebCryptoVerify(subtle),
    sha256: createWebCryptoSha256(subtle),
  };
}

function isKeptKey(value: unknown): value is KeptKey {
  if (typeof value !== 'object' || value === null) return false;
  const { privateKey, publicKey } = value as Partial<KeptKey>;
  return (
    privateKey instanceof CryptoKey &&
    privateKey.type === 'private' &&
    publicKey instanceof Uint8Array &&
    publicKey.length === 32
  );
}
