import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb';
import { StorageRefused, StoredByLaterVersion } from '../../ports/content.ts';
import { refusalOf } from './refusal.ts';

export interface Database<Schema extends DBSchema> {
  /** Runs `work`; what IndexedDB throws comes out as StorageRefused that says what `doing` was. */
  run<Result>(doing: string, work: (db: IDBPDatabase<Schema>) => Promise<Result>): Promise<Result>;
  /** Idempotent. Work that is under way ends normally, later work is refused. */
  close(): void;
}

export type Upgrade<Schema extends DBSchema> = IDBPTransaction<
  Schema,
  ArrayLike<StoreNames<Schema>>,
  'versionchange'
>;

export interface Version<Schema extends DBSchema> {
  /** From 1. Rises with each change of the schema or of what its values mean. */
  readonly number: number;
  /** Makes the stores of a database that is new. */
  readonly create: (db: IDBPDatabase<Schema>) => void;
  /**
   * Makes version `from` this one. It may wait for requests of the transaction alone, since a transaction ends when nothing is asked of it.
   */
  readonly migrate: (upgrade: Upgrade<Schema>, from: number) => Promise<void>;
}

/**
 * Opens a database, and brings an older version of it to this one first: wholly, or not at all when that fails or the page ends meanwhile.
 * Rejects with StoredByLaterVersion for a later one, which stays as it is, and with StorageRefused when the browser has none to give.
 */
export async function openDatabase<Schema extends DBSchema>(
  name: string,
  version: Version<Schema>,
): Promise<Database<Schema>> {
  if (typeof indexedDB === 'undefined') {
    throw new StorageRefused(
      'Storage refused: this browser has no IndexedDB here; leave private mode or use another.',
    );
  }
  let over: string | undefined;
  let failure: unknown;
  // A browser whose policy forbids storage throws at once instead of failing the request; both reject here.
  const opening = (async () =>
    openDB<Schema>(name, version.number, {
      upgrade: (db, from, _to, transaction) => {
        // What it fails of comes out of the opening.
        transaction.done.catch(() => {});
        if (from === 0) return version.create(db);
        version.migrate(transaction, from).catch((error: unknown) => {
          failure = error;
          giveUp(transaction);
        });
      },
      blocking: () => {
        over = 'another tab replaces the database; reload the page';
        void opening.then((db) => db.close());
      },
      terminated: () => {
        over = 'the browser closed the database; reload the page';
      },
    }))();
  const db = await opening.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'VersionError') throw new StoredByLaterVersion(name);
    throw refusalOf(`opening ${name}`, failure ?? error);
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
    giveUp(transaction);
    throw error;
  }
}

function giveUp(transaction: { readonly done: Promise<void>; abort(): void }): void {
  transaction.done.catch(() => {});
  try {
    transaction.abort();
  } catch {
    // It is over already, which is what the abort was for.
  }
}

/** IndexedDB clones the whole buffer behind a view: hands over nothing but the bytes that are meant. */
export function tight(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
