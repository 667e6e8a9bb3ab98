import type { DatabaseItem, RecordsItem, StoreShape } from './data-item.ts';

/** As much of a store as is read at once: about what takes this time, so that it is a few megabytes of small or of large values. */
const BATCH_MS = 30;
/** A guess: more small records at once gain nothing, fewer cost a transaction more often. */
const MAX_BATCH_RECORDS = 1024;
/** The last key that a generator gives (Indexed Database API 3.0, section 2.11). */
const LAST_KEY = 2 ** 53;

/** All databases, each before its records. */
export async function* readDatabases(factory: IDBFactory): AsyncGenerator<DatabaseItem | RecordsItem> {
  for (const { name } of await factory.databases()) {
    if (name === undefined) continue;
    const database = await open(factory, name);
    try {
      const shapes = await shapesOf(database);
      yield { type: 'database', name, version: database.version, stores: shapes };
      for (const { name: store } of shapes) yield* readRecords(database, store);
    } finally {
      database.close();
    }
  }
}

export async function writeDatabase(
  factory: IDBFactory,
  { name, version, stores }: DatabaseItem,
): Promise<IDBDatabase> {
  const opening = factory.open(name, version);
  opening.onupgradeneeded = () => {
    for (const { name: storeName, keyPath, autoIncrement, indexes } of stores) {
      const store = opening.result.createObjectStore(storeName, { keyPath, autoIncrement });
      for (const { name: index, keyPath: path, unique, multiEntry } of indexes)
        store.createIndex(index, path, { unique, multiEntry });
    }
  };
  return await resultOf(opening);
}

export async function writeRecords(database: IDBDatabase, item: RecordsItem): Promise<void> {
  const transaction = database.transaction(item.store, 'readwrite', { durability: 'relaxed' });
  const store = transaction.objectStore(item.store);
  for (const [at, value] of item.values.entries())
    if (store.keyPath === null) store.put(value, item.keys[at]);
    else store.put(value);
  await endOf(transaction);
}

/** Once all records are there: they leave the generator behind the highest of their keys, which may be gone since. */
export async function writeNextKeys(database: IDBDatabase, { stores }: DatabaseItem): Promise<void> {
  for (const { name, keyPath, autoIncrement, nextKey } of stores) {
    if (!autoIncrement || nextKey === 1) continue;
    const lastGiven = nextKey === undefined ? LAST_KEY : nextKey - 1;
    const transaction = database.transaction(name, 'readwrite', { durability: 'relaxed' });
    const store = transaction.objectStore(name);
    if ((await resultOf(store.getKey(lastGiven))) === undefined) {
      if (typeof keyPath === 'string' && keyPath !== '') store.put(withKey(keyPath, lastGiven));
      else store.put(0, lastGiven);
      store.delete(lastGiven);
    }
    await endOf(transaction);
  }
}

export async function deleteDatabases(factory: IDBFactory): Promise<void> {
  for (const { name } of await factory.databases())
    if (name !== undefined) await resultOf(factory.deleteDatabase(name));
}

function open(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  const opening = factory.open(name);
  // It was deleted since it was listed.
  opening.onupgradeneeded = () => opening.transaction?.abort();
  return resultOf(opening);
}

async function shapesOf(database: IDBDatabase): Promise<StoreShape[]> {
  const shapes: StoreShape[] = [];
  for (const name of database.objectStoreNames) {
    const transaction = database.transaction(name, 'readonly');
    const store = transaction.objectStore(name);
    const { keyPath, autoIncrement } = store;
    const indexes = Array.from(store.indexNames, (indexName) => {
      const { keyPath: path, unique, multiEntry } = store.index(indexName);
      return { name: indexName, keyPath: path, unique, multiEntry };
    });
    const nextKey = autoIncrement ? await nextKeyOf(database, name) : undefined;
    shapes.push({ name, keyPath, autoIncrement, indexes, nextKey });
  }
  return shapes;
}

/** Asks the generator for a key and takes that back: a transaction that is aborted gives back what it drew. */
async function nextKeyOf(database: IDBDatabase, name: string): Promise<number | undefined> {
  const transaction = database.transaction(name, 'readwrite');
  const given = await resultOf(transaction.objectStore(name).add({})).catch(() => undefined);
  const ended = new Promise((resolve) => {
    transaction.onabort = resolve;
  });
  transaction.abort();
  await ended;
  return given as number | undefined;
}

async function* readRecords(database: IDBDatabase, name: string): AsyncGenerator<RecordsItem> {
  let count = 1;
  let after: IDBKeyRange | undefined;
  for (;;) {
    const beganAtMs = performance.now();
    const store = database.transaction(name, 'readonly').objectStore(name);
    const [keys, values] = await Promise.all([
      resultOf(store.getAllKeys(after, count)),
      resultOf(store.getAll(after, count)),
    ]);
    if (keys.length > 0) yield { type: 'records', database: database.name, store: name, keys, values };
    if (keys.length < count) return;
    after = IDBKeyRange.lowerBound(keys.at(-1), true);
    const tookMs = performance.now() - beganAtMs;
    count = Math.min(MAX_BATCH_RECORDS, Math.max(1, tookMs > BATCH_MS ? Math.floor(count / 2) : count * 2));
  }
}

function withKey(keyPath: string, key: number): object {
  return keyPath.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), key) as object;
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault();
      reject(request.error);
    };
  });
}

function endOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('a transaction was aborted'));
  });
}
