import { browserClock, browserRandomness } from './adapters/browser/clock.ts';
import { createNobleKeys } from './adapters/noble/keys.ts';
import { createVerificationPool } from './adapters/verification/pool.ts';
import { startWebWorker } from './adapters/verification/web-worker.ts';
import { hasStrictEd25519 } from './adapters/webcrypto/detect.ts';
import { createWebCryptoKeys } from './adapters/webcrypto/keys.ts';
import { createWebCryptoSha256 } from './adapters/webcrypto/sha256.ts';
import type { Keys } from './ports/keys.ts';
import type { RecordStore } from './ports/stores.ts';

/** Measured on two cores: with one, a ledger comes in at 0.7 of the rate of bare checks, with two at 0.9. They end when they have rested. */
const VERIFYING_THREADS = 2;

/** The keys of a page: the browser's own where they are as strict as ours, with many signatures at once checked beside the page. */
export async function createBrowserKeys(records: RecordStore): Promise<Keys> {
  const { subtle } = crypto;
  const keys = (await hasStrictEd25519(subtle))
    ? createWebCryptoKeys({ subtle, records })
    : createNobleKeys({ records, randomness: browserRandomness });
  const { verify } = createVerificationPool({
    verifyHere: keys.verify,
    start: startWebWorker(
      () => new Worker(new URL('./verification-worker.ts', import.meta.url), { type: 'module' }),
    ),
    threads: VERIFYING_THREADS,
    clock: browserClock,
    onFailure: (error) =>
      console.warn('Signatures are checked on this page, without a thread beside it.', error),
  });
  // SHA-256 has one answer everywhere, whatever the browser makes of signatures.
  return { ...keys, verify, sha256: createWebCryptoSha256(subtle) };
}
