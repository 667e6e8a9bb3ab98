import type { DBSchema, IDBPDatabase } from 'idb';
import type { FileHash, InfoHash } from '../../core/wire/encoding/ids.ts';
import type { StoredChunk } from './stored-chunk.ts';

/** A file points to the blob that holds its bytes, so that a file is replaced by one small write. */
export interface FileRecord {
  readonly blob: string;
  readonly sizeBytes: number;
  readonly chunkBytes: number;
}

export interface ContentSchema extends DBSchema {
  files: { key: FileHash; value: FileRecord };
  chunks: { key: [blob: string, index: number]; value: StoredChunk };
  /** In parts of one size, the last shorter. */
  pieces: { key: [bundle: InfoHash, index: number, part: number]; value: Uint8Array };
}

export function createContentSchema(db: IDBPDatabase<ContentSchema>): void {
  db.createObjectStore('files');
  db.createObjectStore('chunks');
  db.createObjectStore('pieces');
}

/** The record if it has the shape of one, however damaged the database is. */
export function readFileRecord(value: unknown): FileRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { blob, sizeBytes, chunkBytes } = value as Partial<FileRecord>;
  if (typeof blob !== 'string' || !Number.isSafeInteger(sizeBytes) || !Number.isSafeInteger(chunkBytes))
    return undefined;
  return sizeBytes! >= 0 && chunkBytes! > 0 ? (value as FileRecord) : undefined;
}

/** Keys from `prefix` up to all that begin with it: an array sorts after every number and string. */
export function keysUnder(...prefix: readonly (string | number)[]): IDBKeyRange {
  return IDBKeyRange.bound(prefix, [...prefix, []]);
}
