import type { DBSchema } from 'idb';
import type { RecordStore } from '../../ports/stores.ts';
import { allOrNothing, openDatabase } from './database.ts';

interface RecordSchema extends DBSchema {
  records: { key: string; value: unknown };
}

/** The records of a node in IndexedDB. Rejects with StorageRefused when it cannot be opened. */
export async function createRecordStore(databaseName: string): Promise<RecordStore> {
  const database = await openDatabase<RecordSchema>(`${databaseName}/records`, (db) => {
    db.createObjectStore('records');
  });
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
