import type { LedgerStore } from '../stores.ts';
import { type AcceptanceCase, checkEqual, checkRejects } from './acceptance-case.ts';
import { sampleBytes } from './sample-bytes.ts';

/** `open` gives the store of that name, empty when it is the first time; what is closed can be opened again. */
export function ledgerStoreCases(open: (name: string) => Promise<LedgerStore>): readonly AcceptanceCase[] {
  const record = (seed: number) => ({ key: `entry ${seed}`, envelope: sampleBytes(100 + seed, seed) });
  return [
    {
      name: 'envelopes come back verbatim in the order of append, keys not sorted',
      run: async () => {
        const store = await open('order');
        await store.append([record(9), record(3)]);
        await store.append([record(5)]);
        const { envelopes, damaged } = await store.load();
        checkEqual(envelopes, [record(9).envelope, record(3).envelope, record(5).envelope], 'the envelopes');
        checkEqual(damaged, 0, 'damaged');
        store.close();
      },
    },
    {
      name: 'a second append of one key changes nothing, across calls and within one',
      run: async () => {
        const store = await open('twice');
        await store.append([record(1)]);
        await store.append([{ key: 'entry 1', envelope: sampleBytes(9, 99) }, record(2), record(2)]);
        checkEqual((await store.load()).envelopes, [record(1).envelope, record(2).envelope], 'the envelopes');
        store.close();
      },
    },
    {
      name: 'an append of nothing is fine, and a closed store refuses in words',
      run: async () => {
        const store = await open('closed');
        await store.append([]);
        store.close();
        store.close();
        await checkRejects(store.append([record(1)]), 'StorageRefused');
        await checkRejects(store.load(), 'StorageRefused');
      },
    },
  ];
}
