import { compareBytes, concatBytes } from '../../core/wire/encoding/cbor.ts';
import { isStrictKey } from '../../core/wire/encoding/ed25519.ts';
import { bytesOfId, type FleetId, type NodeId } from '../../core/wire/encoding/ids.ts';
import { FEATURES } from '../../core/wire/link/features.ts';
import {
  decodeHandshakeFrame,
  encodeHello,
  encodeProof,
  HANDSHAKE_NONCE_BYTES,
  type HandshakeFrame,
  type LinkEnd,
  type LinkHello,
  type LinkRole,
  proofMessage,
} from '../../core/wire/link/handshake.ts';
import type { Clock, Randomness } from '../../ports/clock.ts';
import type { Connection } from '../../ports/connections.ts';
import type { Identity, Keys } from '../../ports/keys.ts';

/** Two signatures and one round trip; 10 s is a guess that favours slow kiosks over freeing a slot soon. */
const AUTHENTICATION_TIMEOUT_MS = 10_000;

export interface AuthenticationOptions {
  readonly identity: Identity;
  readonly keys: Keys;
  readonly fleet: FleetId;
  /** Refuses anyone else; absent where any member of the fleet will do. */
  readonly expectedPeer?: NodeId;
  /** 32 bytes for this connection alone; made here when absent. */
  readonly nonce?: Uint8Array;
  /** What the expected peer's signals say its hello will have, with no `replaces`; then our proof follows our hello at once. */
  readonly announcedNonce?: Uint8Array;
  /** Name of the link that this node has with the expected peer. */
  readonly replaces?: Uint8Array;
  /** What this node names (H14); those of this version when absent. */
  readonly features?: readonly string[];
  readonly randomness: Randomness;
  readonly clock: Clock;
  /** 10 s when absent. */
  readonly timeoutMs?: number;
}

export interface Authenticated {
  readonly peer: NodeId;
  /** Names the link that comes of it (H13). */
  readonly name: Uint8Array;
  /** Both ends say that it takes the place of the link that `replaces` names. */
  readonly moves: boolean;
  /** What the other end names, known here or not (H14). */
  readonly features: readonly string[];
}

export type AuthenticationFailure =
  | 'timed-out'
  | 'closed'
  | 'malformed'
  | 'other-version'
  | 'other-fleet'
  | 'own-key'
  | 'weak-key'
  | 'unexpected-peer'
  | 'bad-proof'
  | 'cannot-sign';

export class AuthenticationFailed extends Error {
  override readonly name = 'AuthenticationFailed';
  readonly failure: AuthenticationFailure;

  constructor(failure: AuthenticationFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/**
 * The link handshake (docs/protocol.md, H1 to H8). Resolves with the key that the other end proved to hold, and leaves
 * the connection without a listener, so that frames behind the proof wait for the caller's. Rejects with
 * AuthenticationFailed, and the connection is closed then.
 */
export function authenticateConnection(
  connection: Connection,
  options: AuthenticationOptions,
): Promise<Authenticated> {
  const { identity, keys, fleet, expectedPeer, announcedNonce, replaces, randomness, clock } = options;
  const role: LinkRole = connection.initiator ? 'initiator' : 'responder';
  const otherRole: LinkRole = connection.initiator ? 'responder' : 'initiator';
  const ownHello: LinkHello = {
    fleet,
    key: identity.id,
    nonce: options.nonce ?? randomness.bytes(HANDSHAKE_NONCE_BYTES),
    ...(replaces !== undefined && { replaces }),
    features: options.features ?? FEATURES,
  };
  const own: LinkEnd = { hello: ownHello, fingerprint: connection.localFingerprint };
  const ownHelloFrame = encodeHello(ownHello);

  return new Promise((resolve, reject) => {
    let settled = false;
    let theirs: { readonly end: LinkEnd; readonly hello: LinkHello; readonly frame: Uint8Array } | undefined;
    // The caller's frames must not overtake our proof, so success waits for it too.
    let sentProof: Promise<void> = Promise.resolve();

    const settle = () => {
      settled = true;
      cancelTimeout();
      connection.onFrame(undefined);
    };
    const fail = (failure: AuthenticationFailure, message: string) => {
      if (settled) return;
      settle();
      connection.close(`handshake: ${failure}`);
      reject(new AuthenticationFailed(failure, message));
    };
    const timeoutMs = options.timeoutMs ?? AUTHENTICATION_TIMEOUT_MS;
    const cancelTimeout = clock.schedule(timeoutMs, () =>
      fail('timed-out', `The other node did not prove its key within ${timeoutMs} ms.`),
    );

    const messageOf = (signer: LinkRole, other: LinkEnd, helloFrame: Uint8Array) =>
      role === 'initiator'
        ? proofMessage(signer, own, other, helloFrame)
        : proofMessage(signer, other, own, helloFrame);

    const prove = (hello: LinkEnd['hello']) => {
      const other: LinkEnd = { hello, fingerprint: connection.remoteFingerprint };
      sentProof = identity.sign(messageOf(role, other, ownHelloFrame)).then(
        (signature) => {
          if (!settled) connection.send(encodeProof(signature));
        },
        (error: unknown) => fail('cannot-sign', `This node's key could not sign: ${String(error)}`),
      );
    };

    const receiveHello = (hello: LinkHello, frame: Uint8Array) => {
      const problem = refusalOf(hello);
      if (problem !== undefined) return fail(problem.failure, problem.message);
      theirs = { end: { hello, fingerprint: connection.remoteFingerprint }, hello, frame };
      if (announced === undefined) return prove(hello);
      if (hello.replaces !== undefined || compareBytes(hello.nonce, announced.nonce) !== 0)
        fail(
          'bad-proof',
          'The hello is not what the signals said it would be; somebody changed one of them.',
        );
    };

    const outcomeOf = (hello: LinkHello): Authenticated => ({
      peer: hello.key,
      name: concatBytes(
        role === 'initiator' ? [own.hello.nonce, hello.nonce] : [hello.nonce, own.hello.nonce],
      ),
      moves:
        replaces !== undefined &&
        hello.replaces !== undefined &&
        compareBytes(replaces, hello.replaces) === 0,
      features: hello.features ?? [],
    });

    const refusalOf = (
      hello: LinkEnd['hello'],
    ): { failure: AuthenticationFailure; message: string } | undefined => {
      const key = bytesOfId(hello.key);
      if (!isStrictKey(key))
        return { failure: 'weak-key', message: 'The other node named a key under which anyone can sign.' };
      if (hello.key === identity.id || compareBytes(hello.nonce, own.hello.nonce) === 0)
        return { failure: 'own-key', message: 'The other end names the key of this node itself.' };
      if (hello.fleet !== fleet)
        return { failure: 'other-fleet', message: `The other node belongs to the fleet ${hello.fleet}.` };
      if (expectedPeer !== undefined && hello.key !== expectedPeer)
        return {
          failure: 'unexpected-peer',
          message: `The other end is ${hello.key} instead of ${expectedPeer}.`,
        };
      return undefined;
    };

    const announcedHello = (): LinkEnd['hello'] | undefined => {
      if (expectedPeer === undefined || announcedNonce === undefined) return undefined;
      const hello = { fleet, key: expectedPeer, nonce: announcedNonce };
      return refusalOf(hello) === undefined ? hello : undefined;
    };
    const announced = announcedHello();

    const receiveProof = (other: NonNullable<typeof theirs>, signature: Uint8Array) => {
      // The last frame of the handshake: what follows is for the caller and stays with the connection meanwhile.
      connection.onFrame(undefined);
      sentProof
        .then(() =>
          keys.verify(bytesOfId(other.hello.key), messageOf(otherRole, other.end, other.frame), signature),
        )
        .then(
          (valid) => {
            if (settled) return;
            if (!valid)
              return fail(
                'bad-proof',
                `The other end did not prove the key ${other.hello.key} for this connection; somebody may sit between the two.`,
              );
            settle();
            resolve(outcomeOf(other.hello));
          },
          () => fail('bad-proof', 'The proof of the other node could not be checked.'),
        );
    };

    connection.onClose((reason) => fail('closed', `The connection closed during the handshake: ${reason}`));
    connection.onFrame((bytes) => {
      let frame: HandshakeFrame;
      try {
        frame = decodeHandshakeFrame(bytes);
      } catch (error) {
        return fail('malformed', `The other node sent no handshake frame: ${(error as Error).message}`);
      }
      if (frame.type === 'other-version')
        return fail('other-version', `The other node speaks version ${frame.version} of the link protocol.`);
      if (frame.type === 'hello' && theirs === undefined) return receiveHello(frame.hello, bytes);
      if (frame.type === 'proof' && theirs !== undefined) return receiveProof(theirs, frame.signature);
      fail('malformed', `The other node sent a ${frame.type} out of turn.`);
    });
    connection.send(ownHelloFrame);
    if (announced !== undefined) prove(announced);
  });
}
