import { browserClock } from '../../../src/adapters/browser/clock.ts';
import { createRecordStore } from '../../../src/adapters/idb/record-store.ts';
import { createVerificationPool } from '../../../src/adapters/verification/pool.ts';
import { startWebWorker } from '../../../src/adapters/verification/web-worker.ts';
import { createWebCryptoKeys } from '../../../src/adapters/webcrypto/keys.ts';
import { measureVerification } from '../path.ts';
import './page-contract.ts';

const { subtle } = crypto;
const keys = createWebCryptoKeys({ subtle, records: await createRecordStore('bench') });

window.verifyBench = {
  measure: async ({ threads, ...options }) => {
    const pool = createVerificationPool({
      verifyHere: keys.verify,
      start: startWebWorker(
        () => new Worker(new URL('../../../src/verification-worker.ts', import.meta.url), { type: 'module' }),
      ),
      threads,
      clock: browserClock,
      onFailure: (error) => console.error(error),
    });
    return (await measureVerification({ ...keys, verify: pool.verify }, subtle, options)).rates;
  },
};
