import { deleteCaches, readCaches, writeCached } from './cached-responses.ts';
import type { DatabaseItem, DataItem } from './data-item.ts';
import {
  deleteDatabases,
  readDatabases,
  writeDatabase,
  writeNextKeys,
  writeRecords,
} from './indexed-databases.ts';
import { createFile, deleteFiles, readFiles, writeFolder } from './private-files.ts';

/** All that scripts can keep on an origin, but for cookies (A20) and what goes with the run (A19). */
export interface OriginStorage {
  readonly databases: IDBFactory;
  readonly caches: CacheStorage;
  readonly texts: Storage;
  readonly filesRoot: () => Promise<FileSystemDirectoryHandle>;
  /** Undefined in a browser that has none. */
  readonly buckets: { keys(): Promise<readonly string[]>; delete(name: string): Promise<void> } | undefined;
  /** What it takes up, as the browser says. */
  readonly usageBytes: () => Promise<number>;
}

/** Rejects, in words for an operator, when something cannot be read, or is of a kind that cannot be made again. */
export async function* readOriginData(storage: OriginStorage): AsyncGenerator<DataItem> {
  const [bucket] = (await storage.buckets?.keys()) ?? [];
  if (bucket !== undefined) throw new Error(`the app keeps data in the storage bucket "${bucket}"`);
  yield { type: 'texts', pairs: pairsOf(storage.texts) };
  yield* readDatabases(storage.databases);
  yield* readCaches(storage.caches);
  yield* readFiles(await storage.filesRoot());
}

/** Where no page of the origin has any of it open. */
export async function clearOriginData(storage: OriginStorage): Promise<void> {
  storage.texts.clear();
  await deleteDatabases(storage.databases);
  await deleteCaches(storage.caches);
  await deleteFiles(await storage.filesRoot());
  for (const name of (await storage.buckets?.keys()) ?? []) await storage.buckets?.delete(name);
}

/** Makes what was read again, where nothing is. */
export interface OriginDataWriter {
  write(item: DataItem): Promise<void>;
  end(): Promise<void>;
}

export function createOriginDataWriter(storage: OriginStorage): OriginDataWriter {
  let current: { readonly database: IDBDatabase; readonly item: DatabaseItem } | undefined;
  let file: FileSystemWritableFileStream | undefined;

  const endFile = async () => {
    await file?.close();
    file = undefined;
  };
  const endDatabase = async () => {
    if (current === undefined) return;
    const { database, item } = current;
    current = undefined;
    try {
      await writeNextKeys(database, item);
    } finally {
      database.close();
    }
  };

  return {
    async write(item) {
      if (item.type !== 'file-part') await endFile();
      switch (item.type) {
        case 'texts':
          for (const [key, value] of item.pairs) storage.texts.setItem(key, value);
          return;
        case 'database':
          await endDatabase();
          current = { database: await writeDatabase(storage.databases, item), item };
          return;
        case 'records':
          if (current === undefined) throw new Error('the copy has records before their database');
          return writeRecords(current.database, item);
        case 'cache':
          await storage.caches.open(item.name);
          return;
        case 'cached':
          return writeCached(storage.caches, item);
        case 'folder':
          return writeFolder(await storage.filesRoot(), item.path);
        case 'file':
          file = await createFile(await storage.filesRoot(), item.path);
          return;
        case 'file-part':
          await file?.write(item.bytes);
      }
    },
    async end() {
      await endFile();
      await endDatabase();
    },
  };
}

/** Not `Object.entries`, which leaves out keys like "length". */
function pairsOf(texts: Storage): [string, string][] {
  return Array.from({ length: texts.length }, (_, at) => {
    const key = texts.key(at)!;
    return [key, texts.getItem(key)!];
  });
}
