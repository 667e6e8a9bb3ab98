import { createPageKeys } from '../../page-keys.ts';
import { measureVerification } from '../path.ts';
import './page-contract.ts';

const keys = await createPageKeys();

window.verifyBench = {
  measure: async (options) => (await measureVerification(keys, crypto.subtle, options)).rates,
};
