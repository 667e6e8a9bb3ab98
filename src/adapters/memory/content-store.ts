import { type FileHash, type InfoHash, idFromBytes } from '../../core/wire/encoding/ids.ts';
import { ContentMismatch, type ContentStore, StorageRefused } from '../../ports/content.ts';

/** A content store that forgets with the process. `quotaBytes` makes it refuse like a full browser. */
export function createMemoryContentStore(options: { readonly quotaBytes?: number } = {}): ContentStore {
  const quotaBytes = options.quotaBytes ?? Number.MAX_SAFE_INTEGER;
  const files = new Map<FileHash, Uint8Array>();
  const pieces = new Map<InfoHash, Map<number, Uint8Array>>();
  let closed = false;

  const usedBytes = () => {
    let sum = 0;
    for (const bytes of files.values()) sum += bytes.length;
    for (const ofBundle of pieces.values()) for (const bytes of ofBundle.values()) sum += bytes.length;
    return sum;
  };
  const open = () => {
    if (closed) throw new StorageRefused('Storage refused: this store was closed.');
  };
  const room = (sizeBytes: number) => {
    open();
    if (usedBytes() + sizeBytes > quotaBytes)
      throw new StorageRefused('Storage refused: the quota is used up.');
  };

  return {
    async hasFile(hash) {
      open();
      return files.has(hash);
    },
    async readFile(hash, start, end) {
      open();
      const bytes = files.get(hash);
      if (bytes === undefined) return undefined;
      if (!(start >= 0 && start <= end && end <= bytes.length)) {
        throw new RangeError(`bytes ${start} to ${end} of a file of ${bytes.length} bytes`);
      }
      return bytes.slice(start, end);
    },
    async putFile(hash, sizeBytes, chunks) {
      room(sizeBytes);
      const whole = new Uint8Array(sizeBytes);
      let at = 0;
      for await (const bytes of chunks) {
        if (at + bytes.length > sizeBytes)
          throw new ContentMismatch(`more than the ${sizeBytes} bytes of file ${hash}`);
        whole.set(bytes, at);
        at += bytes.length;
      }
      const made = idFromBytes<FileHash>(new Uint8Array(await crypto.subtle.digest('SHA-256', whole)));
      if (at !== sizeBytes || made !== hash) {
        throw new ContentMismatch(`the bytes do not make the SHA-256 and size of file ${hash}`);
      }
      files.set(hash, whole);
    },
    async getPiece(bundle, index, start, end) {
      open();
      return pieces.get(bundle)?.get(index)?.slice(start, end);
    },
    async putPiece(bundle, index, bytes) {
      room(bytes.length);
      const ofBundle = pieces.get(bundle) ?? new Map<number, Uint8Array>();
      ofBundle.set(index, bytes.slice());
      pieces.set(bundle, ofBundle);
    },
    async dropPieces(bundle) {
      open();
      pieces.delete(bundle);
    },
    async retain(keep) {
      open();
      for (const hash of files.keys()) if (!keep.has(hash)) files.delete(hash);
    },
    async estimate() {
      return { usedBytes: usedBytes(), quotaBytes };
    },
    close() {
      closed = true;
    },
  };
}
