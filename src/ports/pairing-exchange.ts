/**
 * A password-authenticated key exchange for secrets of a few characters: whoever carries the messages, or takes part
 * without knowing the secret, gets one guess a run and nothing to try further guesses on afterwards.
 */
export interface PairingExchange {
  /** One run. `context` is public and must be the same at both ends. */
  begin(role: PairingRole, secret: Uint8Array, context: Uint8Array): PairingRun;
}

export type PairingRole = 'device' | 'operator';

export interface PairingRun {
  /** What the other end needs, 32 bytes. */
  readonly share: Uint8Array;
  /** Takes the other end's share. Undefined when it is no valid share; the run is of no use then. Call once. */
  finish(theirShare: Uint8Array): Promise<PairingSession | undefined>;
}

/** The two ends hold the same keys only if they had the same secret; `confirmation` tells, so exchange it first. */
export interface PairingSession {
  /** Proves to the other end that this one had the secret, 32 bytes. */
  readonly confirmation: Uint8Array;
  confirms(theirConfirmation: Uint8Array): boolean;
  /** AES-256-GCM under a key of this direction; each message once, in order. */
  seal(message: Uint8Array): Promise<Uint8Array>;
  /** Undefined unless it is the next message that the other end sealed. */
  open(sealed: Uint8Array): Promise<Uint8Array | undefined>;
}
