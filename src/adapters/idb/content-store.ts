import type { IDBPTransaction } from 'idb';
import { concatBytes } from '../../core/wire/encoding/cbor.ts';
import { type FileHash, idFromBytes } from '../../core/wire/encoding/ids.ts';
import { ContentMismatch, type ContentStore } from '../../ports/content.ts';
import { type ContentSchema, keysUnder, PART_BYTES, partsOfPiece, readFileRecord } from './content-schema.ts';
import { CONTENT_VERSION } from './content-version.ts';
import { allOrNothing, openDatabase } from './database.ts';
import { createGroupCommit } from './group-commit.ts';
import { openChunk, type StoredChunk, sealChunk } from './stored-chunk.ts';
import { hashBeside, hashHere, hashInOneGo } from './stored-hashing.ts';

/**
 * Bytes of one stored value. A guess between two costs: larger values write faster, smaller ones read less when a
 * 64 KiB piece is served out of a file.
 */
const CHUNK_BYTES = 256 * 1024;
/** Files up to here are written in one transaction. */
const ONE_WRITE_BYTES = 4 * 1024 * 1024;
/**
 * Files up to here are hashed by WebCrypto in one go, larger ones as they stream, beside the page where that is possible. A guess: it holds
 * so much twice, for one file at a time.
 */
const ONE_GO_BYTES = 64 * 1024 * 1024;
/** Chunks of a larger file that wait for the disk at a time; bounds memory to 4 MiB a file. */
const CHUNKS_IN_FLIGHT = 16;

type PieceKey = ContentSchema['pieces']['key'];
type Writing = IDBPTransaction<ContentSchema, ('files' | 'chunks' | 'pieces')[], 'readwrite'>;

/**
 * The content store of a node in IndexedDB. Rejects with StorageRefused when it cannot be opened. `startHashing` starts a thread that runs
 * `answerHashing`; without it files over 64 MiB are hashed on this one.
 */
export async function createContentStore(
  databaseName: string,
  startHashing?: () => Worker,
): Promise<ContentStore> {
  const database = await openDatabase<ContentSchema>(`${databaseName}/content`, CONTENT_VERSION);
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

  let lastLarge: Promise<unknown> = Promise.resolve();
  /** What hashing a large file holds is held for one at a time. */
  const inTurn = (put: () => Promise<void>): Promise<void> => {
    const done = lastLarge.then(put);
    lastLarge = done.catch(() => {});
    return done;
  };

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
    const hashing =
      sizeBytes <= ONE_GO_BYTES
        ? hashInOneGo(sizeBytes)
        : startHashing === undefined
          ? hashHere()
          : await hashBeside(startHashing);
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
        await hashing.update(bytes);
        for (let at = 0; at < bytes.length; ) {
          const taken = bytes.subarray(at, at + CHUNK_BYTES - held);
          part.set(taken, held);
          held += taken.length;
          at += taken.length;
          if (held === CHUNK_BYTES) await flush();
        }
      }
      if (total !== sizeBytes || idFromBytes<FileHash>(await hashing.digest()) !== hash) throw mismatch(hash);
      if (held > 0) await flush();
    } finally {
      hashing.close();
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
        if (sizeBytes <= ONE_WRITE_BYTES) await putSmall(hash, blob, sizeBytes, chunks);
        else await inTurn(() => putLarge(hash, blob, sizeBytes, chunks));
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

    getPiece: (bundle, index, start = 0, end = Number.POSITIVE_INFINITY) =>
      database.run('reading a piece', async (db) => {
        const first = Math.floor(start / PART_BYTES);
        const last = Math.ceil(end / PART_BYTES) - 1;
        const store = db.transaction('pieces').store;
        const range = IDBKeyRange.bound([bundle, index, first], [bundle, index, last]);
        const [keys, parts]: [PieceKey[], unknown[]] = await Promise.all([
          store.getAllKeys(range),
          store.getAll(range),
        ]);
        // A database that lost a part must not give the next one in its place.
        const isWhole = keys.every(([, , part], at) => part === first + at);
        if (!isWhole || parts.length === 0 || !parts.every((part) => part instanceof Uint8Array))
          return undefined;
        const read = parts.length === 1 ? parts[0]! : concatBytes(parts);
        const from = start - first * PART_BYTES;
        return from === 0 && read.length <= end - start ? read : read.slice(from, from + end - start);
      }),

    putPiece: (bundle, index, bytes) =>
      writes.add(bytes.length, async (transaction) => {
        const store = transaction.objectStore('pieces');
        await Promise.all(partsOfPiece(bytes).map((value, part) => store.put(value, [bundle, index, part])));
      }),

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
