import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, stat, statfs } from 'node:fs/promises';
import { type FileHash, type InfoHash, idFromBytes } from '../../core/wire/ids.ts';
import { ContentMismatch, type ContentStore } from '../../ports/content.ts';
import { flushFolder, isAbsence, openFolder, readIfThere, remove } from './folder.ts';

/** The content store of a node in Node: a file under `files` by its hash, a piece under `pieces` by bundle and index. */
export async function createFileContentStore(root: string): Promise<ContentStore> {
  const folder = await openFolder(root);
  const files = folder.path('files');
  const pieces = folder.path('pieces');
  /** Half a file is nobody's: what a crash left here is swept at the next start. */
  const incoming = folder.path('incoming');
  await folder.run('opening the content', async () => {
    await remove(incoming);
    for (const path of [files, pieces, incoming]) await mkdir(path, { recursive: true, mode: 0o700 });
  });
  const fileAt = (hash: FileHash) => folder.path('files', hash);
  const pieceAt = (bundle: InfoHash, index: number) => folder.path('pieces', bundle, String(index));

  return {
    hasFile: (hash) =>
      folder.run('looking for a file', () =>
        stat(fileAt(hash)).then(
          () => true,
          (error: unknown) => {
            if (isAbsence(error)) return false;
            throw error;
          },
        ),
      ),

    readFile: (hash, start, end) =>
      folder.run('reading a file', async () => {
        const file = await open(fileAt(hash), 'r').catch((error: unknown) => {
          if (isAbsence(error)) return undefined;
          throw error;
        });
        if (file === undefined) return undefined;
        try {
          const { size } = await file.stat();
          if (!(start >= 0 && start <= end && end <= size))
            throw new RangeError(`bytes ${start} to ${end} of a file of ${size} bytes`);
          const bytes = new Uint8Array(end - start);
          for (let at = 0; at < bytes.length; ) {
            const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
            if (bytesRead === 0) return undefined;
            at += bytesRead;
          }
          return bytes;
        } finally {
          await file.close();
        }
      }),

    putFile: (hash, sizeBytes, chunks) =>
      folder.run('writing a file', async () => {
        const beside = folder.path('incoming', randomUUID());
        try {
          await writeChecked(beside, hash, sizeBytes, chunks);
          await rename(beside, fileAt(hash));
          await flushFolder(files);
        } finally {
          await remove(beside);
        }
      }),

    getPiece: (bundle, index) =>
      folder.run('reading a piece', async () => {
        const bytes = await readIfThere(pieceAt(bundle, index));
        return bytes && new Uint8Array(bytes);
      }),

    putPiece: (bundle, index, bytes) =>
      folder.run('writing a piece', async () => {
        await mkdir(folder.path('pieces', bundle), { recursive: true, mode: 0o700 });
        const beside = folder.path('incoming', randomUUID());
        const file = await open(beside, 'w', 0o600);
        try {
          await file.writeFile(bytes);
        } finally {
          await file.close();
        }
        // Not flushed: a lost piece is fetched again, and every piece is checked when it is used.
        await rename(beside, pieceAt(bundle, index));
      }),

    dropPieces: (bundle) => folder.run('dropping pieces', () => remove(folder.path('pieces', bundle))),

    retain: (keep) =>
      folder.run('deleting files', async () => {
        for (const name of await readdir(files))
          if (!keep.has(name as FileHash)) await remove(fileAt(name as FileHash));
      }),

    estimate: () =>
      folder.run('asking for room', async () => {
        const { bsize, blocks, bavail } = await statfs(root);
        return { usedBytes: (blocks - bavail) * bsize, quotaBytes: blocks * bsize };
      }),

    close: folder.close,
  };
}

async function writeChecked(
  path: string,
  hash: FileHash,
  sizeBytes: number,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    const hashing = createHash('sha256');
    let total = 0;
    for await (const bytes of chunks) {
      total += bytes.length;
      if (total > sizeBytes)
        throw new ContentMismatch(`more than the ${sizeBytes} bytes of file ${hash} came`);
      hashing.update(bytes);
      await file.writeFile(bytes);
    }
    if (total !== sizeBytes || idFromBytes<FileHash>(new Uint8Array(hashing.digest())) !== hash)
      throw new ContentMismatch(`the bytes do not make the SHA-256 and size of file ${hash}`);
    await file.sync();
  } finally {
    await file.close();
  }
}
