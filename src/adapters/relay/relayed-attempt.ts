import { encodeRelaySignal, RENDEZVOUS_BYTES, type RelaySignal } from '../../core/wire/contact/relay.ts';
import type { Clock, Randomness } from '../../ports/clock.ts';
import type { Connection, ConnectionFailure, RelayPath } from '../../ports/connections.ts';
import type { RelaySocket } from '../../ports/signaling.ts';
import { createOpening, limitOpening } from '../connecting/opening.ts';
import { createRelayConnection, type RelayConnection } from './connection.ts';
import { createEphemeralKey, deriveSessionKeys, type EphemeralKey } from './session-keys.ts';

/** A guess: a meeting takes two signals and one socket each, under a second where the server is reachable at all. */
const MEET_TIMEOUT_MS = 10_000;

export interface RelayedAttempt {
  readonly opened: Promise<Connection>;
  /** The answer, at the initiator. */
  receive(signal: RelaySignal): void;
  close(failure: ConnectionFailure, message: string): void;
}

/**
 * One meeting at a signaling server: `offer` is undefined at the initiator, who names the place. Both ends open a socket there
 * and derive the keys from what the signals carried.
 */
export function createRelayedAttempt(options: {
  readonly subtle: SubtleCrypto;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly path: RelayPath;
  readonly onSignal: (bytes: Uint8Array) => void;
  readonly offer: Extract<RelaySignal, { type: 'relay-offer' }> | undefined;
  readonly meetTimeoutMs?: number;
}): RelayedAttempt {
  const { subtle, clock, path, offer, meetTimeoutMs = MEET_TIMEOUT_MS } = options;
  const initiator = offer === undefined;
  const rendezvous = offer?.rendezvous ?? options.randomness.bytes(RENDEZVOUS_BYTES);
  let socket: RelaySocket | undefined;
  let own: EphemeralKey | undefined;
  let remoteKey = offer?.key;
  let met = false;
  let connection: RelayConnection | undefined;
  /** What came before the keys were there, in order; the other end may be quicker. */
  const early: Uint8Array[] = [];
  const opening = createOpening(() => socket?.close());
  const { fail, opened } = opening;
  limitOpening(
    opening,
    clock,
    meetTimeoutMs,
    `The other node did not come to the relay within ${meetTimeoutMs} ms.`,
  );

  const openWhenReady = async () => {
    if (!met || own === undefined || remoteKey === undefined || opening.settled()) return;
    const keys = await deriveSessionKeys(subtle, own, remoteKey, { initiator, rendezvous });
    if (opening.settled()) return;
    connection = createRelayConnection({ socket: socket!, keys, initiator, subtle, clock });
    for (const bytes of early.splice(0)) connection.receive(bytes);
    opening.succeed(connection);
  };
  const tryToOpen = () =>
    void openWhenReady().catch((error: unknown) =>
      fail('bad-signal', `The other node's key was refused: ${String(error)}`),
    );

  const meet = async () => {
    own = await createEphemeralKey(subtle);
    if (opening.settled()) return;
    const place = path.open(rendezvous, offer?.server, (event) => {
      switch (event.type) {
        case 'relay-opened':
          met = true;
          return tryToOpen();
        case 'relay-received':
          if (connection !== undefined) connection.receive(event.bytes);
          // A few records: the handshake's first frame and a ping; whoever sends more before its proof is cut.
          else if (early.length < 8) early.push(event.bytes);
          else fail('failed', 'The other end sent more than was asked for.');
          return;
        case 'relay-closed':
          if (connection !== undefined) connection.socketClosed(event.reason);
          else fail('failed', `The relay ended: ${event.reason}`);
      }
    });
    if (place === undefined) return fail('failed', 'No signaling server is joined that could relay.');
    socket = place.socket;
    const { publicKey: key } = own;
    options.onSignal(
      encodeRelaySignal(
        initiator
          ? { type: 'relay-offer', rendezvous, key, server: place.server }
          : { type: 'relay-answer', key },
      ),
    );
    tryToOpen();
  };
  meet().catch((error: unknown) => fail('failed', `The relay could not be opened: ${String(error)}`));

  return {
    opened,
    receive(signal) {
      if (signal.type !== 'relay-answer' || !initiator || remoteKey !== undefined)
        return fail('bad-signal', `A ${signal.type} is out of place.`);
      remoteKey = signal.key;
      tryToOpen();
    },
    close: fail,
  };
}
