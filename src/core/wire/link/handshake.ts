import { decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import { bytesOfId, type FleetId, type NodeId } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import { readFixedBytes, readId, readMap, readText, readUint } from '../encoding/shape.ts';
import { readFeatures } from './features.ts';

/** docs/protocol.md, "Link handshake". */
const LINK_VERSION = 1;

export const HANDSHAKE_NONCE_BYTES = 32;
/** A link is named by the nonces of its handshake, the initiator's first (H13). */
const LINK_NAME_BYTES = 2 * HANDSHAKE_NONCE_BYTES;

/** A hello or a proof. A hello with all the features that it may name takes 1,400 bytes, so nothing much larger is even decoded. */
const MAX_HANDSHAKE_FRAME_BYTES = 2048;

const PROOF_DOMAIN = 'fieldfare link proof 1';

/** H1: who says it is there, not proven yet. */
export interface LinkHello {
  readonly fleet: FleetId;
  readonly key: NodeId;
  /** 32 bytes, made anew for each connection. */
  readonly nonce: Uint8Array;
  /** Name of the link that this end has with the other already (H13). */
  readonly replaces?: Uint8Array;
  /** What this end speaks beyond the base of 1.0 (H14), in rising order; a reader does not know all of them. */
  readonly features?: readonly string[];
}

export type HandshakeFrame =
  | { readonly type: 'hello'; readonly hello: LinkHello }
  /** The other end speaks a version that this one does not; nothing else of its frame is read. */
  | { readonly type: 'other-version'; readonly version: number }
  | { readonly type: 'proof'; readonly signature: Uint8Array };

export function encodeHello(hello: LinkHello): Uint8Array {
  return encodeCbor({
    type: 'hello',
    version: LINK_VERSION,
    fleet: bytesOfId(hello.fleet),
    key: bytesOfId(hello.key),
    nonce: readFixedBytes(hello.nonce, 'hello nonce', HANDSHAKE_NONCE_BYTES),
    replaces: hello.replaces && readFixedBytes(hello.replaces, 'hello replaces', LINK_NAME_BYTES),
    features: hello.features?.length ? readFeatures([...hello.features]) : undefined,
  });
}

export function encodeProof(signature: Uint8Array): Uint8Array {
  return encodeCbor({ type: 'proof', signature: readFixedBytes(signature, 'proof signature', 64) });
}

/** Throws WireError for anything but a hello or a proof. */
export function decodeHandshakeFrame(frame: Uint8Array): HandshakeFrame {
  const map = readMap(decodeCbor(frame, { maxBytes: MAX_HANDSHAKE_FRAME_BYTES }), 'handshake frame');
  const type = readText(map.type, 'handshake frame type', 16);
  if (type === 'proof')
    return { type: 'proof', signature: readFixedBytes(map.signature, 'proof signature', 64) };
  if (type !== 'hello') throw new WireError('a handshake frame is neither hello nor proof');
  const version = readUint(map.version, 'hello version');
  if (version !== LINK_VERSION) return { type: 'other-version', version };
  return {
    type: 'hello',
    hello: {
      fleet: readId<FleetId>(map.fleet, 'hello fleet'),
      key: readId<NodeId>(map.key, 'hello key'),
      nonce: readFixedBytes(map.nonce, 'hello nonce', HANDSHAKE_NONCE_BYTES),
      ...(map.replaces !== undefined && {
        replaces: readFixedBytes(map.replaces, 'hello replaces', LINK_NAME_BYTES),
      }),
      ...(map.features !== undefined && { features: readFeatures(map.features) }),
    },
  };
}

/** H13: the last frame that an end sends on a connection whose link goes on over another. */
export const MOVED_FRAME = encodeCbor({ type: 'moved' });

export type LinkRole = 'initiator' | 'responder';

/** One end of the connection, as both ends must see it. */
export interface LinkEnd {
  readonly hello: Pick<LinkHello, 'fleet' | 'key' | 'nonce' | 'replaces'>;
  /** SHA-256 of the DTLS certificate that this end presents, 32 bytes. */
  readonly fingerprint: Uint8Array;
}

/**
 * H3: what the signature of a proof covers. The signer's role keeps a proof from being sent back to who made it, the
 * nonces from being used on another connection, the fingerprints from holding where somebody sits between the two. `helloFrame` is the
 * signer's own hello as it was sent, with all that a later version puts into it: *attack:* somebody in between strips names of features,
 * so that two nodes speak less with each other than both know (downgrade).
 */
export function proofMessage(
  signer: LinkRole,
  initiator: LinkEnd,
  responder: LinkEnd,
  helloFrame: Uint8Array,
): Uint8Array {
  const end = ({ hello, fingerprint }: LinkEnd) => [
    bytesOfId(hello.fleet),
    bytesOfId(hello.key),
    hello.nonce,
    fingerprint,
    hello.replaces ?? new Uint8Array(),
  ];
  return encodeCbor([PROOF_DOMAIN, LINK_VERSION, signer, end(initiator), end(responder), helloFrame]);
}
