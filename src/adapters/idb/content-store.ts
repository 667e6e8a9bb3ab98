import { sha256 } from '@noble/hashes/sha2.js';
import type { IDBPTransaction } from 'idb';
import { type FileHash, idFromBytes } from '../../core/wire/ids.ts';
import { ContentMismatch, type ContentStore } from '../../ports/content.ts';
import { type ContentSchema, createContentSchema, keysUnder, readFileRecord } from './content-schema.ts';
import { allOrNothing, openDatabase, tight } from './database.ts';
import { createGroupCommit } from './group-commit.ts';
import { openChunk, type StoredChunk, sealChunk } from './stored-chunk.ts';

/**
 * Bytes of one stored value. A guess between two costs: larger values write faster, smaller ones read less when a
 * 64 KiB piece is served out of a file.
 */
const CHUNK_BYTES = 256 * 1024;
/** Files up to here are hashed by WebCrypto in one go, off the main thread; larger ones as they stream. */
const ONE_GO_BYTES = 4 * 1024 * 1024;
/** Chunks of a larger file that wait for the disk at a time; bounds memory to 4 MiB a file. */
const CHUNKS_IN_FLIGHT = 16;

type Writing = IDBPTransaction<ContentSchema, ('files' | 'chunks' | 'pieces')[], 'readwrite'>;

/** The content store of a node in IndexedDB. Rejects with StorageRefused when it cannot be opened. */
export async function createContentStore(databaseName: string): Promise<ContentStore> {
  const database = await openDatabase<ContentSchema>(`${databaseName}/content`, createContentSchema);
  /** Blobs that no file record names yet; `retain` must not take them for leftovers of a crash. */
  const unfinished = new Set<string>();

  const writes = createGroupCommit<Writing>((batch) =>
    database.run('writing content', async (db) => {
      // Lost bytes are fetched again, so the disk need not be waited for.
      const transaction = db.transaction(['files', 'chunks', 'pieces'], 'readwrite', {
        durability: 'relaxed',
      });
      await allOrNothing(transaction, () => Promise.all(batch.map((write) => write(transaction))));
    }),
  );

  const putChunk = async (blob: string, index: number, bytes: Uint8Array) => {
    const chunk = await sealChunk(bytes);
    await writes.add(bytes.length, (transaction) =>
      transaction.objectStore('chunks').put(chunk, [blob, index]),
    );
  };

  /** Names the blob's chunks as the file, in one transaction with whatever `chunks` are still to be written. */
  const finish = (hash: FileHash, blob: string, sizeBytes: number, chunks: readonly StoredChunk[]) =>
    writes.add(sizeBytes, async (transaction) => {
      const files = transaction.objectStore('files');
      const store = transaction.objectStore('chunks');
      const before = readFileRecord(await files.get(hash));
      await Promise.all([
        ...chunks.map((chunk, index) => store.put(chunk, [blob, index])),
        files.put({ blob, sizeBytes, chunkBytes: CHUNK_BYTES }, hash),
        before && store.delete(keysUnder(before.blob)),
      ]);
    });

  const putSmall = async (
    hash: FileHash,
    blob: string,
    sizeBytes: number,
    chunks: AsyncIterable<Uint8Array>,
  ) => {
    const whole = new Uint8Array(sizeBytes);
    let at = 0;
    for await (const bytes of chunks) {
      if (at + bytes.length > sizeBytes) throw tooLong(hash, sizeBytes);
      whole.set(bytes, at);
      at += bytes.length;
    }
    const made = new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
    if (at !== sizeBytes || idFromBytes<FileHash>(made) !== hash) throw mismatch(hash);
    const parts: Promise<StoredChunk>[] = [];
    for (let start = 0; start < sizeBytes; start += CHUNK_BYTES)
      parts.push(sealChunk(whole.slice(start, start + CHUNK_BYTES)));
    await finish(hash, blob, sizeBytes, await Promise.all(parts));
  };

  const putLarge = async (
    hash: FileHash,
    blob: string,
    sizeBytes: number,
    chunks: AsyncIterable<Uint8Array>,
  ) => {
    const hashing = sha256.create();
    const inFlight: Promise<void>[] = [];
    let index = 0;
    let total = 0;
    let part = new Uint8Array(CHUNK_BYTES);
    let held = 0;
    const flush = async () => {
      const written = putChunk(blob, index++, part.subarray(0, held));
      // The rejection is met where the promise is awaited below; until then it must not count as unhandled.
      written.catch(() => {});
      inFlight.push(written);
      part = new Uint8Array(CHUNK_BYTES);
      held = 0;
      if (inFlight.length >= CHUNKS_IN_FLIGHT) await inFlight.shift();
    };
    try {
      for await (const bytes of chunks) {
        total += bytes.length;
        if (total > sizeBytes) throw tooLong(hash, sizeBytes);
        hashing.update(bytes);
        for (let at = 0; at < bytes.length; ) {
          const taken = bytes.subarray(at, at + CHUNK_BYTES - held);
          part.set(taken, held);
          held += taken.length;
          at += taken.length;
          if (held === CHUNK_BYTES) await flush();
        }
      }
      if (total !== sizeBytes || idFromBytes<FileHash>(hashing.digest()) !== hash) throw mismatch(hash);
      if (held > 0) await flush();
    } finally {
      await Promise.allSettled(inFlight);
    }
    await Promise.all(inFlight);
    await finish(hash, blob, sizeBytes, []);
  };

  return {
    hasFile: (hash) =>
      database.run(
        'looking for a file',
        async (db) => readFileRecord(await db.get('files', hash)) !== undefined,
      ),

    readFile: (hash, start, end) =>
      database.run('reading a file', async (db) => {
        const transaction = db.transaction(['files', 'chunks']);
        const record = readFileRecord(await transaction.objectStore('files').get(hash));
        if (record === undefined) return undefined;
        if (!(start >= 0 && start <= end && end <= record.sizeBytes)) {
          throw new RangeError(`bytes ${start} to ${end} of a file of ${record.sizeBytes} bytes`);
        }
        if (start === end) return new Uint8Array(0);
        const first = Math.floor(start / record.chunkBytes);
        const last = Math.floor((end - 1) / record.chunkBytes);
        const range = IDBKeyRange.bound([record.blob, first], [record.blob, last]);
        const stored: unknown[] = await transaction.objectStore('chunks').getAll(range);
        if (stored.length !== last - first + 1) return undefined;
        const sizeOf = (index: number) =>
          Math.min(record.chunkBytes, record.sizeBytes - index * record.chunkBytes);
        const chunks = await Promise.all(stored.map((value, at) => openChunk(value, sizeOf(first + at))));
        const out = new Uint8Array(end - start);
        for (const [at, chunk] of chunks.entries()) {
          if (chunk === undefined) return undefined;
          const chunkStart = (first + at) * record.chunkBytes;
          const from = Math.max(start, chunkStart);
          out.set(chunk.subarray(from - chunkStart, end - chunkStart), from - start);
        }
        return out;
      }),

    async putFile(hash, sizeBytes, chunks) {
      const blob = randomName();
      unfinished.add(blob);
      try {
        const put = sizeBytes <= ONE_GO_BYTES ? putSmall : putLarge;
        await put(hash, blob, sizeBytes, chunks);
      } catch (error) {
        // What was written is out of reach already; when even the delete is refused, `retain` takes it later.
        await writes
          .add(0, (transaction) => transaction.objectStore('chunks').delete(keysUnder(blob)))
          .catch(() => {});
        throw error;
      } finally {
        unfinished.delete(blob);
      }
    },

    getPiece: (bundle, index) =>
      database.run('reading a piece', async (db) => {
        const bytes: unknown = await db.get('pieces', [bundle, index]);
        return bytes instanceof Uint8Array ? bytes : undefined;
      }),

    putPiece: (bundle, index, bytes) =>
      writes.add(bytes.length, (transaction) =>
        transaction.objectStore('pieces').put(tight(bytes), [bundle, index]),
      ),

    dropPieces: (bundle) =>
      writes.add(0, (transaction) => transaction.objectStore('pieces').delete(keysUnder(bundle))),

    retain: (keep) =>
      writes.add(0, async (transaction) => {
        const files = transaction.objectStore('files');
        const kept = new Set(unfinished);
        for (let cursor = await files.openCursor(); cursor; cursor = await cursor.continue()) {
          const record = readFileRecord(cursor.value);
          if (record !== undefined && keep.has(cursor.key)) kept.add(record.blob);
          else await cursor.delete();
        }
        const chunks = transaction.objectStore('chunks');
        // One step a blob: the continue jumps over the blob's other chunks.
        for (let cursor = await chunks.openKeyCursor(); cursor; ) {
          const [blob] = cursor.key;
          if (!kept.has(blob)) await chunks.delete(keysUnder(blob));
          cursor = await cursor.continue([blob, []] as never);
        }
      }),

    async estimate() {
      const estimate = await globalThis.navigator?.storage?.estimate?.();
      if (estimate?.usage === undefined || estimate.quota === undefined) return undefined;
      return { usedBytes: estimate.usage, quotaBytes: estimate.quota };
    },

    close: () => database.close(),
  };
}

function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

function mismatch(hash: FileHash): ContentMismatch {
  return new ContentMismatch(`the bytes do not make the SHA-256 and size of file ${hash}`);
}

function tooLong(hash: FileHash, sizeBytes: number): ContentMismatch {
  return new ContentMismatch(`more than the ${sizeBytes} bytes of file ${hash} came`);
}
