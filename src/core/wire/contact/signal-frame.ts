import { compareBytes, concatBytes } from '../encoding/cbor.ts';
import { MAX_SIGNAL_BYTES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import { readBytes, readFixedBytes } from '../encoding/shape.ts';
import { HANDSHAKE_NONCE_BYTES } from '../link/handshake.ts';

/**
 * Signals of one attempt at a connection, marked with the attempt's nonce and which end speaks, so that leftovers of an earlier
 * attempt never reach a later one.
 */
export interface SignalFrame {
  readonly attempt: Uint8Array;
  readonly fromInitiator: boolean;
  /** The attempt looks for a better way for a link that stands (H13): no relay, and no TURN where that is what it stands on. */
  readonly climbs: boolean;
  /** The nonce that this end's hello will have, in its first signal; then the other end's proof need not wait for the hello (H3). */
  readonly helloNonce: Uint8Array | undefined;
  readonly signal: Uint8Array;
}

export const ATTEMPT_BYTES = 8;

const FROM_INITIATOR = 1;
const CLIMBS = 2;
const NAMES_NONCE = 4;

/** Throws WireError for what decodeSignalFrame would refuse, and for more than any way carries. */
export function encodeSignalFrame(frame: SignalFrame): Uint8Array {
  const { attempt, fromInitiator, climbs, helloNonce, signal } = frame;
  const mark =
    (fromInitiator ? FROM_INITIATOR : 0) |
    (climbs ? CLIMBS : 0) |
    (helloNonce === undefined ? 0 : NAMES_NONCE);
  const bytes = concatBytes([
    readFixedBytes(attempt, 'the name of an attempt', ATTEMPT_BYTES),
    Uint8Array.of(mark),
    helloNonce === undefined
      ? new Uint8Array()
      : readFixedBytes(helloNonce, "a hello's nonce", HANDSHAKE_NONCE_BYTES),
    signal,
  ]);
  return readBytes(bytes, 'a signal', MAX_SIGNAL_BYTES);
}

/** Throws WireError. */
export function decodeSignalFrame(bytes: Uint8Array): SignalFrame {
  readBytes(bytes, 'a signal', MAX_SIGNAL_BYTES);
  const mark = bytes[ATTEMPT_BYTES];
  if (mark === undefined || mark > (FROM_INITIATOR | CLIMBS | NAMES_NONCE))
    throw new WireError('a signal without its attempt');
  const nonceAt = ATTEMPT_BYTES + 1;
  const signalAt = nonceAt + ((mark & NAMES_NONCE) === 0 ? 0 : HANDSHAKE_NONCE_BYTES);
  if (bytes.length < signalAt) throw new WireError('a signal that ends within its nonce');
  return {
    attempt: bytes.slice(0, ATTEMPT_BYTES),
    fromInitiator: (mark & FROM_INITIATOR) !== 0,
    climbs: (mark & CLIMBS) !== 0,
    helloNonce: signalAt === nonceAt ? undefined : bytes.slice(nonceAt, signalAt),
    signal: bytes.slice(signalAt),
  };
}

export function sameAttempt(a: Uint8Array, b: Uint8Array): boolean {
  return compareBytes(a, b) === 0;
}
