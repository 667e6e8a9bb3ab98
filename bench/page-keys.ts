import { browserClock } from '../src/adapters/browser/clock.ts';
import { createRecordStore } from '../src/adapters/idb/record-store.ts';
import { createVerificationPool } from '../src/adapters/verification/pool.ts';
import { startWebWorker } from '../src/adapters/verification/web-worker.ts';
import { createWebCryptoKeys } from '../src/adapters/webcrypto/keys.ts';
import type { Keys } from '../src/ports/keys.ts';

/** Keys as the pages of the shell have them. */
export async function createPageKeys(): Promise<Keys> {
  const keys = createWebCryptoKeys({ subtle: crypto.subtle, records: await createRecordStore('bench') });
  const { verify } = createVerificationPool({
    verifyHere: keys.verify,
    start: startWebWorker(
      () => new Worker(new URL('../src/verification-worker.ts', import.meta.url), { type: 'module' }),
    ),
    threads: 2,
    clock: browserClock,
    onFailure: (error) => console.error(error),
  });
  return { ...keys, verify };
}
