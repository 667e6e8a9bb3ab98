import { compareBytes, concatBytes } from './cbor.ts';
import { WireError } from './refusal.ts';

/**
 * Signals of one attempt at a connection, marked with the attempt's nonce and which end speaks, so that leftovers of an earlier
 * attempt never reach a later one.
 */
export interface SignalFrame {
  readonly attempt: Uint8Array;
  readonly fromInitiator: boolean;
  /** The attempt looks for a better way for a link that stands (H13): no relay, and no TURN where that is what it stands on. */
  readonly climbs: boolean;
  readonly signal: Uint8Array;
}

export const ATTEMPT_BYTES = 8;

const FROM_INITIATOR = 1;
const CLIMBS = 2;

export function encodeSignalFrame({ attempt, fromInitiator, climbs, signal }: SignalFrame): Uint8Array {
  const mark = (fromInitiator ? FROM_INITIATOR : 0) | (climbs ? CLIMBS : 0);
  return concatBytes([attempt, Uint8Array.of(mark), signal]);
}

export function decodeSignalFrame(bytes: Uint8Array): SignalFrame {
  const mark = bytes[ATTEMPT_BYTES];
  if (mark === undefined || mark > (FROM_INITIATOR | CLIMBS))
    throw new WireError('a signal without its attempt');
  return {
    attempt: bytes.slice(0, ATTEMPT_BYTES),
    fromInitiator: (mark & FROM_INITIATOR) !== 0,
    climbs: (mark & CLIMBS) !== 0,
    signal: bytes.slice(ATTEMPT_BYTES + 1),
  };
}

export function sameAttempt(a: Uint8Array, b: Uint8Array): boolean {
  return compareBytes(a, b) === 0;
}
