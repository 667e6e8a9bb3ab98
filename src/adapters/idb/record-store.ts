import type { DBSchema } from 'idb';
import { migrateRecords, RECORDS_VERSION } from '../../core/wire/kept/records-version.ts';
import type { RecordStore } from '../../ports/stores.ts';
import { allOrNothing, openDatabase, type Upgrade, type Version } from './database.ts';

interface RecordSchema extends DBSchema {
  records: { key: string; value: unknown };
}

const VERSION: Version<RecordSchema> = {
  number: RECORDS_VERSION,
  create: (db) => void db.createObjectStore('records'),
  migrate: async (upgrade: Upgrade<RecordSchema>, from) => {
    const store = upgrade.objectStore('records');
    const [names, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
    const changes = migrateRecords(from, new Map(names.map((name, at) => [name, values[at]])));
    for (const [name, value] of changes) {
      if (value === undefined) await store.delete(name);
      else await store.put(value, name);
    }
  },
};

/** The records of a node in IndexedDB. Rejects with StorageRefused when it cannot be opened. */
export async function createRecordStore(databaseName: string): Promise<RecordStore> {
  const database = await openDatabase<RecordSchema>(`${databaseName}/records`, VERSION);
  return {
    get: (key) => database.run(`reading the record ${key}`, (db) => db.get('records', key)),

    put: (records) =>
      database.run(`writing the records ${Object.keys(records).join(', ')}`, async (db) => {
        const transaction = db.transaction('records', 'readwrite', { durability: 'strict' });
        await allOrNothing(transaction, async () => {
          const writing = Object.entries(records).map(async ([key, value]) => {
            if (value === undefined) await transaction.store.delete(key);
            else await transaction.store.put(value, key);
          });
          await Promise.all(writing);
        });
      }),

    close: () => database.close(),
  };
}
