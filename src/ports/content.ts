import type { FileHash, InfoHash } from '../core/wire/encoding/ids.ts';

/**
 * Files by the SHA-256 of their bytes, shared by all releases, and the pieces of bundles that are still being
 * fetched. A bundle is the concatenation of a release's distinct files in manifest order; it is what the torrent carries.
 */
export interface ContentStore {
  hasFile(hash: FileHash): Promise<boolean>;
  /**
   * Bytes [start, end) of a file that is here whole, in a buffer of the caller's own; undefined when it is not, or when what is
   * read is not what was kept.
   */
  readFile(hash: FileHash, start: number, end: number): Promise<Uint8Array | undefined>;
  /** Keeps a file. The chunks are hashed while they are written: rejects with ContentMismatch and keeps nothing unless they make `hash` and `sizeBytes`. */
  putFile(hash: FileHash, sizeBytes: number, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** A piece of a bundle in transit, or its bytes from `start` to `end`, exclusive, at a cost that grows with them; undefined when it is not here. */
  getPiece(bundle: InfoHash, index: number, start?: number, end?: number): Promise<Uint8Array | undefined>;
  /** Resolves when the piece is stored; many puts share a transaction. Rejects with StorageRefused when the browser will not keep it. */
  putPiece(bundle: InfoHash, index: number, bytes: Uint8Array): Promise<void>;
  /** Drops a bundle's pieces in transit. */
  dropPieces(bundle: InfoHash): Promise<void>;
  /** Deletes every file that is not named. */
  retain(keep: ReadonlySet<FileHash>): Promise<void>;
  /** What the browser says is used and left, in bytes; undefined where it says nothing. */
  estimate(): Promise<{ readonly usedBytes: number; readonly quotaBytes: number } | undefined>;
  close(): void;
}

export class ContentMismatch extends Error {
  override readonly name = 'ContentMismatch';
}

export class StorageRefused extends Error {
  override readonly name = 'StorageRefused';
}

/**
 * What is stored is in a form that only a later version of this software reads (K6). Whoever opens a store changes nothing in it then: what
 * it would read wrongly it would write wrongly, and the later version would lose it.
 */
export class StoredByLaterVersion extends StorageRefused {
  /** `where` is for a person: the database, folder or file. */
  constructor(where: string) {
    super(
      `The data in ${where} was written by a later version of Fieldfare. Update this one; nothing was changed.`,
    );
  }
}
