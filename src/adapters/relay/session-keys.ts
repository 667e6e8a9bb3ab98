import { RELAY_KEY_BYTES } from '../../core/wire/contact/relay.ts';
import { concatBytes } from '../../core/wire/encoding/cbor.ts';

/**
 * A key pair made for one attempt. ECDH on P-256 and not X25519, because every browser that has WebCrypto has it, and the relay is
 * for those that have little else.
 */
export interface EphemeralKey {
  /** RELAY_KEY_BYTES. */
  readonly publicKey: Uint8Array;
  readonly privateKey: CryptoKey;
}

export interface SessionKeys {
  /** Stand for the DTLS certificates in the link handshake (H3): SHA-256 over a domain and the end's public key. */
  readonly localFingerprint: Uint8Array;
  readonly remoteFingerprint: Uint8Array;
  /** AES-256-GCM, one key a direction. */
  readonly sending: CryptoKey;
  readonly receiving: CryptoKey;
}

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;
const utf8 = new TextEncoder();
/** A fingerprint of a relay's key can never pass for one of a certificate. */
const FINGERPRINT_DOMAIN = utf8.encode('fieldfare relay key 1\0');
const SALT_DOMAIN = utf8.encode('fieldfare relay session 1\0');

export async function createEphemeralKey(subtle: SubtleCrypto): Promise<EphemeralKey> {
  const pair = await subtle.generateKey(CURVE, false, ['deriveBits']);
  return {
    publicKey: new Uint8Array(await subtle.exportKey('raw', pair.publicKey)),
    privateKey: pair.privateKey,
  };
}

/**
 * Who carried the public keys can have put its own in their place; then the two ends have other fingerprints, and the handshake,
 * which signs both, fails (H5). Rejects when `remote` is no point of the curve.
 */
export async function deriveSessionKeys(
  subtle: SubtleCrypto,
  own: EphemeralKey,
  remote: Uint8Array,
  session: { readonly initiator: boolean; readonly rendezvous: Uint8Array },
): Promise<SessionKeys> {
  if (remote.length !== RELAY_KEY_BYTES) throw new TypeError('a relay key of the wrong size');
  const theirs = await subtle.importKey('raw', owned(remote), CURVE, false, []);
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256);
  const keys = session.initiator ? [own.publicKey, remote] : [remote, own.publicKey];
  const salt = await subtle.digest('SHA-256', owned(concatBytes([SALT_DOMAIN, session.rendezvous, ...keys])));
  const secret = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  // RFC 5869.
  const keyOf = (sender: 'initiator' | 'responder', usage: 'encrypt' | 'decrypt') =>
    subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt, info: utf8.encode(`fieldfare relay from ${sender}`) },
      secret,
      { name: 'AES-GCM', length: 256 },
      false,
      [usage],
    );
  const [self, other] = session.initiator
    ? (['initiator', 'responder'] as const)
    : (['responder', 'initiator'] as const);
  return {
    localFingerprint: await fingerprintOf(subtle, own.publicKey),
    remoteFingerprint: await fingerprintOf(subtle, remote),
    sending: await keyOf(self, 'encrypt'),
    receiving: await keyOf(other, 'decrypt'),
  };
}

async function fingerprintOf(subtle: SubtleCrypto, key: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await subtle.digest('SHA-256', owned(concatBytes([FINGERPRINT_DOMAIN, key]))));
}

/** WebCrypto does not take views of shared memory, and the types say so. */
export function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
