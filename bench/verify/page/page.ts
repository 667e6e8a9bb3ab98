import { createRecordStore } from '../../../src/adapters/idb/record-store.ts';
import { createWebCryptoKeys } from '../../../src/adapters/webcrypto/keys.ts';
import { measureVerification } from '../path.ts';
import './page-contract.ts';

const { subtle } = crypto;
const keys = createWebCryptoKeys({ subtle, records: await createRecordStore('bench') });

window.verifyBench = {
  measure: async (options) => (await measureVerification(keys, subtle, options)).rates,
};
