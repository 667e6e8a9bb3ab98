import type { DBSchema } from 'idb';
import { MAX_FRAME_BYTES } from '../../core/wire/encoding/limits.ts';
import type { LedgerStore } from '../../ports/stores.ts';
import { allOrNothing, openDatabase, tight, type Version } from './database.ts';

interface LedgerRecord {
  readonly key: string;
  readonly envelope: Uint8Array;
}

interface LedgerSchema extends DBSchema {
  entries: { key: number; value: LedgerRecord; indexes: { key: string } };
}

const VERSION: Version<LedgerSchema> = {
  number: 1,
  create: (db) =>
    void db.createObjectStore('entries', { autoIncrement: true }).createIndex('key', 'key', { unique: true }),
  migrate: async () => {},
};

/** The ledger of a node in IndexedDB. Rejects with StorageRefused when it cannot be opened. */
export async function createLedgerStore(databaseName: string): Promise<LedgerStore> {
  const database = await openDatabase<LedgerSchema>(`${databaseName}/ledger`, VERSION);
  return {
    load: () =>
      database.run('reading the ledger', async (db) => {
        const transaction = db.transaction('entries', 'readwrite', { durability: 'strict' });
        const [places, records] = await Promise.all([
          transaction.store.getAllKeys(),
          transaction.store.getAll(),
        ]);
        const envelopes: Uint8Array[] = [];
        const damaged: number[] = [];
        for (const [at, record] of records.entries()) {
          if (isWhole(record)) envelopes.push(record.envelope);
          else damaged.push(places[at]!);
        }
        // A damaged record would make the entry's next append a no-op: peers could never repair it.
        await allOrNothing(transaction, () =>
          Promise.all(damaged.map((place) => transaction.store.delete(place))),
        );
        return { envelopes, damaged: damaged.length };
      }),

    append: (records) =>
      database.run('appending to the ledger', async (db) => {
        const transaction = db.transaction('entries', 'readwrite', { durability: 'strict' });
        await allOrNothing(transaction, async () => {
          // One after another: of two records with one key in one call, the second must see the first.
          for (const { key, envelope } of records) {
            if ((await transaction.store.index('key').getKey(key)) !== undefined) continue;
            await transaction.store.add({ key, envelope: tight(envelope) });
          }
        });
      }),

    close: () => database.close(),
  };
}

function isWhole(value: unknown): value is LedgerRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { key, envelope } = value as Partial<LedgerRecord>;
  return (
    typeof key === 'string' &&
    envelope instanceof Uint8Array &&
    envelope.length > 0 &&
    envelope.length <= MAX_FRAME_BYTES
  );
}
