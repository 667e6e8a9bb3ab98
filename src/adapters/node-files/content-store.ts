import { createHash, randomUUID } from 'node:crypto';
import { type FileHash, type InfoHash, idFromBytes } from '../../core/wire/encoding/ids.ts';
import { ContentMismatch, type ContentStore } from '../../ports/content.ts';
import { type Disk, type DiskFile, nodeDisk } from './disk.ts';
import { openFolder, openIfThere, readRange, writeBeside, writeWhole } from './folder.ts';

/** The content store of a node in Node: a file under `files` by its hash, a piece under `pieces` by bundle and index. */
export async function createFileContentStore(root: string, disk: Disk = nodeDisk): Promise<ContentStore> {
  const folder = await openFolder(disk, root);
  const files = folder.path('files');
  const pieces = folder.path('pieces');
  /** Half a file is nobody's: what a crash left here is swept at the next start. */
  const incoming = folder.path('incoming');
  await folder.run('opening the content', async () => {
    await disk.remove(incoming);
    for (const path of [files, pieces, incoming]) await disk.makeFolder(path);
    await disk.flushFolder(root);
  });
  const fileAt = (hash: FileHash) => folder.path('files', hash);
  const pieceAt = (bundle: InfoHash, index: number) => folder.path('pieces', bundle, String(index));

  return {
    hasFile: (hash) => folder.run('looking for a file', () => disk.isThere(fileAt(hash))),

    readFile: (hash, start, end) =>
      folder.run('reading a file', () =>
        readFrom(disk, fileAt(hash), (sizeBytes) => {
          if (!(start >= 0 && start <= end && end <= sizeBytes))
            throw new RangeError(`bytes ${start} to ${end} of a file of ${sizeBytes} bytes`);
          return { start, end };
        }),
      ),

    putFile: (hash, sizeBytes, chunks) =>
      folder.run('writing a file', async () => {
        await writeBeside(disk, folder.path('incoming', randomUUID()), fileAt(hash), async (file) => {
          await writeChecked(file, hash, sizeBytes, chunks);
          await file.flush();
        });
        await disk.flushFolder(files);
      }),

    getPiece: (bundle, index, start = 0, end) =>
      folder.run('reading a piece', () =>
        readFrom(disk, pieceAt(bundle, index), (sizeBytes) => ({
          start,
          end: Math.min(end ?? sizeBytes, sizeBytes),
        })),
      ),

    putPiece: (bundle, index, bytes) =>
      folder.run('writing a piece', async () => {
        await disk.makeFolder(folder.path('pieces', bundle));
        // Not flushed: a lost piece is fetched again, and every piece is checked when it is used.
        await writeBeside(disk, folder.path('incoming', randomUUID()), pieceAt(bundle, index), (file) =>
          writeWhole(file, bytes),
        );
      }),

    dropPieces: (bundle) => folder.run('dropping pieces', () => disk.remove(folder.path('pieces', bundle))),

    retain: (keep) =>
      folder.run('deleting files', async () => {
        for (const name of await disk.names(files))
          if (!keep.has(name as FileHash)) await disk.remove(fileAt(name as FileHash));
      }),

    estimate: () => folder.run('asking for room', () => disk.room(root)),

    close: folder.close,
  };
}

/** Undefined when there is no such file, or it ends before `end`. */
async function readFrom(
  disk: Disk,
  path: string,
  rangeOf: (sizeBytes: number) => { readonly start: number; readonly end: number },
): Promise<Uint8Array | undefined> {
  const file = await openIfThere(disk, path);
  if (file === undefined) return undefined;
  try {
    const { start, end } = rangeOf(await file.sizeBytes());
    const bytes = await readRange(file, start, Math.max(start, end));
    return bytes.length < end - start ? undefined : bytes;
  } finally {
    await file.close();
  }
}

async function writeChecked(
  file: DiskFile,
  hash: FileHash,
  sizeBytes: number,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const hashing = createHash('sha256');
  let total = 0;
  for await (const bytes of chunks) {
    total += bytes.length;
    if (total > sizeBytes) throw new ContentMismatch(`more than the ${sizeBytes} bytes of file ${hash} came`);
    hashing.update(bytes);
    await writeWhole(file, bytes);
  }
  if (total !== sizeBytes || idFromBytes<FileHash>(new Uint8Array(hashing.digest())) !== hash)
    throw new ContentMismatch(`the bytes do not make the SHA-256 and size of file ${hash}`);
}
