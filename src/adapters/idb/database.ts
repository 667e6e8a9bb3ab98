import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb';
import { StorageRefused } from '../../ports/content.ts';
import { refusalOf } from './refusal.ts';

export interface Database<Schema extends DBSchema> {
  /** Runs `work`; what IndexedDB throws comes out as StorageRefused that says what `doing` was. */
  run<Result>(doing: string, work: (db: IDBPDatabase<Schema>) => Promise<Result>): Promise<Result>;
  /** Idempotent. Work that is under way ends normally, later work is refused. */
  close(): void;
}

/** Opens version 1 of a database. Rejects with StorageRefused when the browser has none to give. */
export async function openDatabase<Schema extends DBSchema>(
  name: string,
  upgrade: (db: IDBPDatabase<Schema>) => void,
): Promise<Database<Schema>> {
  if (typeof indexedDB === 'undefined') {
    throw new StorageRefused(
      'Storage refused: this browser has no IndexedDB here; leave private mode or use another.',
    );
  }
  let over: string | undefined;
  // A browser whose policy forbids storage throws at once instead of failing the request; both reject here.
  const opening = (async () =>
    openDB<Schema>(name, 1, {
      upgrade,
      blocking: () => {
        over = 'another tab replaces the database; reload the page';
        void opening.then((db) => db.close());
      },
      terminated: () => {
        over = 'the browser closed the database; reload the page';
      },
    }))();
  const db = await opening.catch((error: unknown) => {
    throw refusalOf(`opening ${name}`, error);
  });
  return {
    async run(doing, work) {
      if (over !== undefined) throw new StorageRefused(`Storage refused while ${doing}: ${over}.`);
      try {
        return await work(db);
      } catch (error) {
        throw refusalOf(doing, error);
      }
    },
    close() {
      if (over !== undefined) return;
      over = 'this store was closed';
      db.close();
    },
  };
}

/** Keeps all that `work` writes or nothing: an error that is not a request's own would otherwise commit the half. */
export async function allOrNothing<Schema extends DBSchema, Names extends ArrayLike<StoreNames<Schema>>>(
  transaction: IDBPTransaction<Schema, Names, 'readwrite'>,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await Promise.all([work(), transaction.done]);
  } catch (error) {
    transaction.done.catch(() => {});
    try {
      transaction.abort();
    } catch {
      // It is over already, which is what the abort was for.
    }
    throw error;
  }
}

/** IndexedDB clones the whole buffer behind a view: hands over nothing but the bytes that are meant. */
export function tight(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
