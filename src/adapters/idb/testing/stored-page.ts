import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { openDB } from 'idb';

/** What a page of an older version stored: `vectors/stored/README.md`. */
export interface StoredPage {
  readonly databases: readonly StoredDatabase[];
  readonly localStorage: Readonly<Record<string, string>>;
  /** Texts by address, by the name of the cache. */
  readonly caches: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly self: string;
  readonly fleet: string;
  readonly release: string;
}

interface StoredDatabase {
  readonly name: string;
  readonly version: number;
  readonly stores: readonly {
    readonly name: string;
    readonly autoIncrement: boolean;
    readonly indexes: readonly {
      readonly name: string;
      readonly keyPath: string;
      readonly unique: boolean;
    }[];
    readonly rows: readonly (readonly [IDBValidKey, unknown])[];
  }[];
}

export async function readStoredPage(name: string): Promise<StoredPage> {
  const packed = await readFile(new URL(`../../../../vectors/stored/${name}.json.gz`, import.meta.url));
  return JSON.parse(gunzipSync(packed).toString('utf8'), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && '$bytes' in value
      ? new Uint8Array(Buffer.from(String(value.$bytes), 'base64'))
      : value,
  );
}

/** Makes the databases anew; `rename` gives each its name. */
export async function restoreDatabases(
  { databases }: StoredPage,
  rename: (name: string) => string,
): Promise<void> {
  for (const { name, version, stores } of databases) {
    const db = await openDB(rename(name), version, {
      upgrade: (opened) => {
        for (const { name: store, autoIncrement, indexes } of stores) {
          const made = opened.createObjectStore(store, { autoIncrement });
          for (const { name: index, keyPath, unique } of indexes)
            made.createIndex(index, keyPath, { unique });
        }
      },
    });
    for (const { name: store, rows } of stores)
      for (const [key, value] of rows) await db.put(store, value, key);
    db.close();
  }
}

/** All that is in a database, for telling whether anything of it changed. */
export async function contentsOf(name: string): Promise<unknown> {
  const db = await openDB(name);
  const stores: unknown[] = [db.version];
  for (const store of db.objectStoreNames)
    stores.push([store, await db.getAllKeys(store), await db.getAll(store)]);
  db.close();
  return stores;
}
