import { compareBytes, concatBytes } from './cbor.ts';
import { WireError } from './refusal.ts';

/**
 * Signals of one attempt at a connection, marked with the attempt's nonce and which end speaks, so that leftovers of an earlier
 * attempt never reach a later one.
 */
export interface SignalFrame {
  readonly attempt: Uint8Array;
  readonly fromInitiator: boolean;
  readonly signal: Uint8Array;
}

export const ATTEMPT_BYTES = 8;

export function encodeSignalFrame({ attempt, fromInitiator, signal }: SignalFrame): Uint8Array {
  return concatBytes([attempt, Uint8Array.of(fromInitiator ? 1 : 0), signal]);
}

export function decodeSignalFrame(bytes: Uint8Array): SignalFrame {
  const mark = bytes[ATTEMPT_BYTES];
  if (mark !== 0 && mark !== 1) throw new WireError('a signal without its attempt');
  return {
    attempt: bytes.slice(0, ATTEMPT_BYTES),
    fromInitiator: mark === 1,
    signal: bytes.slice(ATTEMPT_BYTES + 1),
  };
}

export function sameAttempt(a: Uint8Array, b: Uint8Array): boolean {
  return compareBytes(a, b) === 0;
}
