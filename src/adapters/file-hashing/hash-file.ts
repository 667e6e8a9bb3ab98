import { sha256 } from '@noble/hashes/sha2.js';
import { FileUnreadable } from '../../ports/file-hasher.ts';

/** Up to here a file is hashed by WebCrypto in one go, five times as fast; larger ones piece by piece, so that memory stays small. */
const ONE_GO_BYTES = 8 * 1024 * 1024;
/** Measured: JavaScript hashes so much in some 16 ms, which a page that has no thread for it bears too. */
const SLICE_BYTES = 1024 * 1024;

/** SHA-256 of the file. Rejects with FileUnreadable; resolves with undefined once `isDropped`. */
export async function hashFile(
  file: Blob,
  onProgress: (doneBytes: number) => void,
  isDropped: () => boolean,
): Promise<Uint8Array | undefined> {
  if (file.size <= ONE_GO_BYTES) {
    const bytes = await read(file);
    if (isDropped()) return undefined;
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    onProgress(file.size);
    return isDropped() ? undefined : hash;
  }
  const hashing = sha256.create();
  for (let at = 0; at < file.size; at += SLICE_BYTES) {
    const part = await read(file.slice(at, at + SLICE_BYTES));
    if (isDropped()) return undefined;
    hashing.update(new Uint8Array(part));
    onProgress(at + part.byteLength);
  }
  return isDropped() ? undefined : hashing.digest();
}

/** Browsers refuse to read a file that is not as it was when it was chosen (File API, section 4.1: the snapshot state). */
async function read(part: Blob): Promise<ArrayBuffer> {
  try {
    return await part.arrayBuffer();
  } catch (error) {
    throw new FileUnreadable(error instanceof Error ? error.message : String(error));
  }
}
