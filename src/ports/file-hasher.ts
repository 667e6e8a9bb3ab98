import type { FileHash } from '../core/wire/encoding/ids.ts';

/** SHA-256 of files that a person chose, beside the thread that shows pages. */
export interface FileHasher {
  /**
   * Reads the file piece by piece, however large it is. Rejects with FileUnreadable when it cannot be read as it was when it was
   * chosen, and with the signal's reason when that is aborted.
   */
  hash(file: Blob, options: HashOptions): Promise<FileHash>;
  /** What is under way is rejected with FileUnreadable. Idempotent. */
  close(): void;
}

export interface HashOptions {
  /** Told the bytes read so far, in rising order, the last time with all of them. */
  readonly onProgress: (doneBytes: number) => void;
  readonly signal?: AbortSignal;
}

/** A file changed or went away between the choice and the reading, or the browser may not read it any more. */
export class FileUnreadable extends Error {
  override readonly name = 'FileUnreadable';
}
