import { WireError } from '../encoding/refusal.ts';

/**
 * The SHA-256 of the DTLS certificate that a session description promises (RFC 8122), 32 bytes. Throws WireError
 * unless every fingerprint in it is that one: with two, one could be proven in the handshake and the other used by DTLS;
 * with a weaker hash, a second certificate could be made to fit.
 */
export function fingerprintOf(sdp: string): Uint8Array {
  const values = new Set<string>();
  for (const line of sdp.split(/\r?\n/)) {
    if (!/^a=fingerprint:/i.test(line)) continue;
    const value = /^a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\s*$/i.exec(line)?.[1];
    if (value === undefined) throw new WireError('a fingerprint in the description is not SHA-256');
    values.add(value.toLowerCase());
  }
  if (values.size !== 1)
    throw new WireError(
      values.size === 0
        ? 'the description has no fingerprint'
        : 'the fingerprints in the description do not agree',
    );
  const [value] = values;
  return Uint8Array.from(value!.split(':'), (byte) => Number.parseInt(byte, 16));
}
