import type { DBSchema } from 'idb';
import type { FileHash, InfoHash } from '../../core/wire/encoding/ids.ts';
import { tight } from './database.ts';
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

/**
 * Bytes of a stored value of a piece: pieces are up to 16 MiB and are read a part at a time. A guess between two costs: larger values
 * write faster, smaller ones read less when a block is served.
 */
export const PART_BYTES = 1024 * 1024;

/** The values of a piece, by their numbers. */
export function partsOfPiece(bytes: Uint8Array): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let part = 0; part === 0 || part * PART_BYTES < bytes.length; part++)
    parts.push(tight(bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)));
  return parts;
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
