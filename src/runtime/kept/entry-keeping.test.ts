import { expect, test } from 'vitest';
import { createMemoryLedgerStore } from '../../adapters/memory/ledger-store.ts';
import { StorageRefused } from '../../ports/content.ts';
import type { LedgerStore } from '../../ports/stores.ts';
import { createEntryKeeping } from './entry-keeping.ts';

test('what a full disk refused is kept with what comes next, and in its order', async () => {
  const memory = createMemoryLedgerStore();
  let full = true;
  const append: LedgerStore['append'] = async (records) => {
    if (full) throw new StorageRefused('the disk is full');
    await memory.append(records);
  };
  const { keep } = createEntryKeeping({ append });
  const record = (seed: number) => ({ key: String(seed), envelope: new Uint8Array([seed]) });

  await expect(keep([record(1), record(2)])).rejects.toThrow('full');
  await expect(keep([record(3)])).rejects.toThrow('full');
  full = false;
  await keep([]);
  await keep([record(4)]);
  const { envelopes } = await memory.load();
  expect(envelopes.map(([seed]) => seed)).toEqual([1, 2, 3, 4]);
});
