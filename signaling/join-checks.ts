import { nobleVerify } from '../src/adapters/noble/verify.ts';
import { createNodeChecks } from '../src/adapters/node-crypto/checks.ts';
import { hasStrictEd25519 } from '../src/adapters/webcrypto/detect.ts';
import type { Keys } from '../src/ports/keys.ts';

/**
 * How a signaling server checks joins and relays: by OpenSSL, or in plain JavaScript where `subtle`, behind which the same OpenSSL is,
 * is not as strict as all nodes must be (W6). JavaScript takes ten times as long, on the only thread that the server has.
 */
export async function openJoinChecks(
  subtle: SubtleCrypto | undefined = globalThis.crypto.subtle,
): Promise<Pick<Keys, 'verify'>> {
  return (await hasStrictEd25519(subtle)) ? createNodeChecks() : { verify: nobleVerify };
}
