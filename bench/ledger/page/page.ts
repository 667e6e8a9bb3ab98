import { createLedgerStore } from '../../../src/adapters/idb/ledger-store.ts';
import { createRecordStore } from '../../../src/adapters/idb/record-store.ts';
import { createBrowserKeys } from '../../../src/browser-keys.ts';
import { createLedger } from '../../../src/core/ledger/ledger.ts';
import type { EntryId } from '../../../src/core/wire/encoding/ids.ts';
import type { Keys } from '../../../src/ports/keys.ts';
import { openLedger } from '../../../src/runtime/kept/opening.ts';
import { holdLedger, measureFolds, unsigned } from '../fold.ts';
import { writeHistory } from '../history.ts';
import './page-contract.ts';

/** As many as one transaction takes without holding the page up. */
const APPENDED_AT_ONCE = 2_000;

const keys = await createBrowserKeys(await createRecordStore('bench'));
const fleets = new Map<number, EntryId>();
const nameOf = (count: number) => `bench-${count}`;

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

async function foldStored(count: number, checker: Keys): Promise<void> {
  const store = await createLedgerStore(nameOf(count));
  const ledger = createLedger(fleets.get(count)!);
  for (const received of await openLedger(store, checker, ledger.fleet)) ledger.receive(received);
  store.close();
  if (ledger.entries().length !== count) throw new Error(`${ledger.entries().length} of ${count} came back`);
}

function getAll(count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(`${nameOf(count)}/ledger`);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const reading = database.transaction('entries').objectStore('entries').getAll();
      reading.onerror = () => reject(reading.error);
      reading.onsuccess = () => {
        database.close();
        if (reading.result.length === count) resolve();
        else reject(new Error(`${reading.result.length} of ${count} came back`));
      };
    };
  });
}

window.ledgerBench = {
  folds: (options) => measureFolds(keys, options, () => performance.now()),
  fill: async ({ shape, count, seed }) => {
    const { fleet, envelopes } = await writeHistory(keys, { shape, count, seed, signed: true });
    const store = await createLedgerStore(nameOf(count));
    fleets.set(count, fleet);
    for (let at = 0; at < count; at += APPENDED_AT_ONCE)
      await store.append(
        envelopes
          .slice(at, at + APPENDED_AT_ONCE)
          .map((envelope, index) => ({ key: `${at + index}`, envelope })),
      );
    store.close();
  },
  open: async (count) => ({
    getAllMs: await timeOf(() => getAll(count)),
    foldedMs: await timeOf(() => foldStored(count, unsigned(keys))),
    checkedMs: await timeOf(() => foldStored(count, keys)),
  }),
  hold: (count) => holdLedger(keys, count),
};
