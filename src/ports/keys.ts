import type { NodeId } from '../core/wire/encoding/ids.ts';

/**
 * One installation's signing key. The private part never leaves the adapter: there is no way to read it through
 * this port, and where WebCrypto has Ed25519 the key is not extractable at all.
 */
export interface Identity {
  readonly id: NodeId;
  /** Ed25519 (RFC 8032) over `message` as given; callers prefix a domain themselves. 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export interface Keys {
  /** Opens the key kept under `name`, making and keeping it first when there is none. */
  identity(name: string): Promise<Identity>;
  /** An identity of a given 32-byte seed, kept nowhere: for invitations that travel in a link. */
  fromSeed(seed: Uint8Array): Promise<Identity>;
  /**
   * RFC 8032 verification, strict: not ZIP 215, and small-order or non-canonical keys never verify.
   * Returns false for anything malformed; never throws on hostile input.
   */
  verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
  sha256(bytes: Uint8Array): Promise<Uint8Array>;
}
