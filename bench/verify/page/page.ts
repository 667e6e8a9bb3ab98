import { createRecordStore } from '../../../src/adapters/idb/record-store.ts';
import { createBrowserKeys } from '../../../src/browser-keys.ts';
import { measureVerification } from '../path.ts';
import './page-contract.ts';

const keys = await createBrowserKeys(await createRecordStore('bench'));

window.verifyBench = {
  measure: async (options) => (await measureVerification(keys, crypto.subtle, options)).rates,
};
