/** A piece of what an origin keeps. All of them, in the order in which they were read, make the same again. */
export type DataItem =
  | DatabaseItem
  | RecordsItem
  | TextsItem
  | { readonly type: 'cache'; readonly name: string }
  | CachedItem
  | { readonly type: 'folder'; readonly path: readonly string[] }
  /** Its bytes follow, in parts. */
  | { readonly type: 'file'; readonly path: readonly string[] }
  | { readonly type: 'file-part'; readonly bytes: ArrayBuffer };

export interface DatabaseItem {
  readonly type: 'database';
  readonly name: string;
  readonly version: number;
  readonly stores: readonly StoreShape[];
}

export interface StoreShape {
  readonly name: string;
  readonly keyPath: string | string[] | null;
  readonly autoIncrement: boolean;
  /** Of the key generator; undefined where it has given all its keys, or the store has none. */
  readonly nextKey: number | undefined;
  readonly indexes: readonly {
    readonly name: string;
    readonly keyPath: string | string[];
    readonly unique: boolean;
    readonly multiEntry: boolean;
  }[];
}

export interface RecordsItem {
  readonly type: 'records';
  readonly database: string;
  readonly store: string;
  readonly keys: readonly IDBValidKey[];
  readonly values: readonly unknown[];
}

export interface TextsItem {
  readonly type: 'texts';
  readonly pairs: readonly (readonly [key: string, value: string])[];
}

export interface CachedItem {
  readonly type: 'cached';
  readonly cache: string;
  readonly url: string;
  readonly requestHeaders: readonly (readonly [string, string])[];
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Blob | null;
}
