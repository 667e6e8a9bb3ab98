import type { DBSchema, IDBPDatabase } from 'idb';
import { StorageRefused } from '../../ports/content.ts';
import type { DataCopyStore } from '../../ports/data-copies.ts';
import { type Database, openDatabase, type Version } from './database.ts';

interface CopySchema extends DBSchema {
  pieces: { key: [name: string, at: number]; value: { readonly piece: unknown } };
  /** The number of pieces of each finished copy. */
  finished: { key: string; value: number };
}

const VERSION: Version<CopySchema> = {
  number: 1,
  create: (db) => {
    db.createObjectStore('pieces');
    db.createObjectStore('finished');
  },
  migrate: async () => {},
};

/** Copies of products' data in IndexedDB, which is opened when it is first needed. */
export function createDataCopyStore(databaseName: string): DataCopyStore {
  let opening: Promise<Database<CopySchema>> | undefined;
  const run = async <Result>(doing: string, work: (db: IDBPDatabase<CopySchema>) => Promise<Result>) => {
    opening ??= openDatabase<CopySchema>(`${databaseName}/copies`, VERSION);
    opening.catch(() => {
      opening = undefined;
    });
    return (await opening).run(doing, work);
  };
  /** Pieces so far of the copies that were begun. */
  const begun = new Map<string, number>();
  const piecesOf = (name: string) => IDBKeyRange.bound([name], [name, []]);

  return {
    begin: (name) =>
      run('beginning a copy', async (db) => {
        const transaction = db.transaction(['pieces', 'finished'], 'readwrite');
        void transaction.objectStore('pieces').delete(piecesOf(name));
        void transaction.objectStore('finished').delete(name);
        await transaction.done;
        begun.set(name, 0);
      }),

    append: (name, piece) =>
      run('writing a copy', async (db) => {
        const at = begun.get(name);
        if (at === undefined) throw new StorageRefused(`Storage refused: no copy ${name} was begun.`);
        const transaction = db.transaction('pieces', 'readwrite', { durability: 'relaxed' });
        await transaction.store.put({ piece }, [name, at]);
        await transaction.done;
        begun.set(name, at + 1);
      }),

    finish: (name) =>
      run('ending a copy', async (db) => {
        const transaction = db.transaction('finished', 'readwrite', { durability: 'strict' });
        await transaction.store.put(begun.get(name) ?? 0, name);
        await transaction.done;
        begun.delete(name);
      }),

    count: (name) => run('reading a copy', (db) => db.get('finished', name)),

    read: (name, at) =>
      run('reading a copy', async (db) => {
        const kept = await db.get('pieces', [name, at]);
        if (kept === undefined)
          throw new StorageRefused(`Storage refused: piece ${at} of the copy ${name} is gone.`);
        return kept.piece;
      }),

    retain: (names) =>
      run('dropping copies', async (db) => {
        const transaction = db.transaction(['pieces', 'finished'], 'readwrite');
        const pieces = transaction.objectStore('pieces');
        const finished = transaction.objectStore('finished');
        // From name to name, since there may be thousands of pieces of each.
        for (let cursor = await pieces.openKeyCursor(); cursor !== null; ) {
          const [name] = cursor.key;
          if (!names.has(name)) await pieces.delete(piecesOf(name));
          cursor = await cursor.continue([name, []] as unknown as [string, number]);
        }
        for (const name of await finished.getAllKeys()) if (!names.has(name)) await finished.delete(name);
        await transaction.done;
      }),

    close: () => void opening?.then((database) => database.close()).catch(() => undefined),
  };
}
