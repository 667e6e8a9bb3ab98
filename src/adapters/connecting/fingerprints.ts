import { fingerprintOf } from '../../core/wire/link/sdp-fingerprint.ts';
import { ConnectionFailed } from '../../ports/connections.ts';

/** Both ends' DTLS certificates, as the two session descriptions promise them and DTLS enforces them. */
export interface Fingerprints {
  /** Throws WireError when a description does not have exactly one. */
  identify(): void;
  identified(): boolean;
  /** Throws ConnectionFailed before `identify`. */
  local(): Uint8Array;
  remote(): Uint8Array;
}

export function createFingerprints(
  descriptions: () => { readonly local: string | undefined; readonly remote: string | undefined },
): Fingerprints {
  let known: { readonly local: Uint8Array; readonly remote: Uint8Array } | undefined;
  const expectKnown = () => {
    if (known === undefined) throw new ConnectionFailed('failed', 'the connection is not open');
    return known;
  };
  return {
    identify() {
      const { local, remote } = descriptions();
      known = { local: fingerprintOf(local ?? ''), remote: fingerprintOf(remote ?? '') };
    },
    identified: () => known !== undefined,
    local: () => expectKnown().local,
    remote: () => expectKnown().remote,
  };
}
