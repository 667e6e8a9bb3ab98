import type { FileHash, InfoHash } from '../../core/wire/encoding/ids.ts';
import type { ContentStore } from '../content.ts';
import { type AcceptanceCase, check, checkEqual, checkRejects } from './acceptance-case.ts';
import { hashOf, inChunks, sampleBytes } from './sample-bytes.ts';

const BUNDLE = 'a'.repeat(40) as InfoHash;
const OTHER_BUNDLE = 'b'.repeat(40) as InfoHash;

/** `open` gives a store that is empty. */
export function contentStoreCases(open: () => Promise<ContentStore>): readonly AcceptanceCase[] {
  const withStore = (name: string, run: (store: ContentStore) => Promise<void>): AcceptanceCase => ({
    name,
    run: async () => {
      const store = await open();
      try {
        await run(store);
      } finally {
        store.close();
      }
    },
  });

  const sizes: [what: string, sizeBytes: number, chunkBytes: number][] = [
    ['an empty file', 0, 1],
    ['a file of one byte', 1, 1],
    ['a file in chunks of odd sizes', 700_001, 65_537],
    ['a file on the bounds of a megabyte', 1024 * 1024, 256 * 1024],
    ['a file larger than memory should hold at once', 9 * 1024 * 1024 + 17, 300_000],
  ];

  return [
    ...sizes.map(([what, sizeBytes, chunkBytes]) =>
      withStore(`${what} is kept and read back, whole and in part`, async (store) => {
        const bytes = sampleBytes(sizeBytes, 7);
        const hash = await hashOf(bytes);
        checkEqual(await store.hasFile(hash), false, 'hasFile before');
        await store.putFile(hash, sizeBytes, inChunks(bytes, chunkBytes));
        checkEqual(await store.hasFile(hash), true, 'hasFile after');
        checkEqual(await hashOf((await store.readFile(hash, 0, sizeBytes))!), hash, 'the whole file');
        const [start, end] = [Math.floor(sizeBytes / 3), Math.ceil((sizeBytes * 2) / 3)];
        checkEqual(await store.readFile(hash, start, end), bytes.slice(start, end), 'a part of it');
        checkEqual((await store.readFile(hash, sizeBytes, sizeBytes))?.length, 0, 'nothing at its end');
      }),
    ),

    withStore('a file that is not here reads as undefined', async (store) => {
      const hash = await hashOf(sampleBytes(10, 1));
      checkEqual(await store.readFile(hash, 0, 10), undefined, 'readFile');
    }),

    ...(['other bytes', 'too few bytes', 'too many bytes', 'other bytes of a large file'] as const).map(
      (what) =>
        withStore(`${what} than the hash and size name are refused and nothing is kept`, async (store) => {
          const sizeBytes = what.includes('large') ? 5 * 1024 * 1024 : 200_000;
          const bytes = sampleBytes(sizeBytes, 3);
          const hash = await hashOf(bytes);
          const sent =
            what === 'too few bytes'
              ? bytes.slice(1)
              : what === 'too many bytes'
                ? sampleBytes(sizeBytes + 1, 3)
                : sampleBytes(sizeBytes, 4);
          await checkRejects(store.putFile(hash, sizeBytes, inChunks(sent, 50_000)), 'ContentMismatch');
          checkEqual(await store.hasFile(hash), false, 'hasFile');
          checkEqual(await store.readFile(hash, 0, 1), undefined, 'readFile');
        }),
    ),

    withStore('a source that breaks off keeps nothing and passes its error on', async (store) => {
      const hash = await hashOf(sampleBytes(10, 1));
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield sampleBytes(5, 1);
        throw new TypeError('the disk went away');
      }
      await checkRejects(store.putFile(hash, 10, broken()), 'TypeError');
      checkEqual(await store.hasFile(hash), false, 'hasFile');
    }),

    withStore('a file that is put again stays readable', async (store) => {
      const bytes = sampleBytes(300_000, 5);
      const hash = await hashOf(bytes);
      await Promise.all([1, 2].map(() => store.putFile(hash, bytes.length, inChunks(bytes, 100_000))));
      await store.putFile(hash, bytes.length, inChunks(bytes, 7_000));
      checkEqual(await store.readFile(hash, 0, bytes.length), bytes, 'the file');
    }),

    withStore('many small files at once are all kept', async (store) => {
      const files = Array.from({ length: 200 }, (_, at) => sampleBytes(at * 3, at + 1));
      const hashes = await Promise.all(files.map(hashOf));
      await Promise.all(
        files.map((bytes, at) => store.putFile(hashes[at]!, bytes.length, inChunks(bytes, 100))),
      );
      for (const [at, bytes] of files.entries()) {
        checkEqual(await store.readFile(hashes[at]!, 0, bytes.length), bytes, `file ${at}`);
      }
    }),

    withStore('retain deletes every file that is not named, and no piece', async (store) => {
      const files = [1, 2, 3].map((seed) => sampleBytes(400_000, seed));
      const hashes: FileHash[] = await Promise.all(files.map(hashOf));
      for (const [at, bytes] of files.entries()) {
        await store.putFile(hashes[at]!, bytes.length, inChunks(bytes, 100_000));
      }
      await store.putPiece(BUNDLE, 0, sampleBytes(10, 1));
      await store.retain(new Set([hashes[1]!]));
      checkEqual(
        await Promise.all(hashes.map((hash) => store.hasFile(hash))),
        [false, true, false],
        'what is left',
      );
      checkEqual(await store.readFile(hashes[1]!, 0, 400_000), files[1], 'the file that was named');
      checkEqual((await store.getPiece(BUNDLE, 0))?.length, 10, 'the piece');
    }),

    withStore('retain spares a file that is being written', async (store) => {
      const bytes = sampleBytes(6 * 1024 * 1024, 8);
      const hash = await hashOf(bytes);
      let reachedHalf = () => {};
      const half = new Promise<void>((resolve) => {
        reachedHalf = resolve;
      });
      let goOn = () => {};
      const going = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      async function* slow(): AsyncGenerator<Uint8Array> {
        yield bytes.slice(0, bytes.length / 2);
        reachedHalf();
        await going;
        yield bytes.slice(bytes.length / 2);
      }
      const putting = store.putFile(hash, bytes.length, slow());
      await half;
      await store.retain(new Set());
      goOn();
      await putting;
      checkEqual(await hashOf((await store.readFile(hash, 0, bytes.length))!), hash, 'the file');
    }),

    withStore('pieces are kept by bundle and index, and dropped by bundle', async (store) => {
      const pieces = Array.from({ length: 40 }, (_, index) => sampleBytes(1000 + index, index));
      await Promise.all(pieces.map((bytes, index) => store.putPiece(BUNDLE, index, bytes)));
      await store.putPiece(OTHER_BUNDLE, 3, sampleBytes(5, 9));
      for (const [index, bytes] of pieces.entries()) {
        checkEqual(await store.getPiece(BUNDLE, index), bytes, `piece ${index}`);
      }
      await store.dropPieces(BUNDLE);
      checkEqual(await store.getPiece(BUNDLE, 3), undefined, 'a dropped piece');
      checkEqual(await store.getPiece(OTHER_BUNDLE, 3), sampleBytes(5, 9), 'a piece of the other bundle');
    }),

    withStore('a piece of any size is read whole, or any part of it', async (store) => {
      const bytes = sampleBytes(3 * 1024 * 1024 + 17, 4);
      await store.putPiece(BUNDLE, 0, bytes);
      await store.putPiece(BUNDLE, 1, sampleBytes(100, 5));
      checkEqual(await store.getPiece(BUNDLE, 0), bytes, 'the piece');
      const ends = [0, 1, 16_384, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 2_500_000, bytes.length];
      for (const start of ends.slice(0, -1))
        for (const end of ends.filter((each) => each > start))
          checkEqual(
            await store.getPiece(BUNDLE, 0, start, end),
            bytes.slice(start, end),
            `bytes ${start} to ${end}`,
          );
      checkEqual(await store.getPiece(BUNDLE, 2, 0, 10), undefined, 'a part of a piece that is not here');
    }),

    withStore('a view into a larger buffer keeps its own bytes only', async (store) => {
      const large = sampleBytes(100_000, 2);
      await store.putPiece(BUNDLE, 0, large.subarray(10, 20));
      const read = await store.getPiece(BUNDLE, 0);
      checkEqual(read, large.slice(10, 20), 'the piece');
      check(read!.buffer.byteLength === 10, 'no more than the piece to be stored');
    }),

    withStore('a closed store refuses in words', async (store) => {
      store.close();
      store.close();
      await checkRejects(store.putPiece(BUNDLE, 0, sampleBytes(5, 1)), 'StorageRefused');
      await checkRejects(store.hasFile(await hashOf(sampleBytes(5, 1))), 'StorageRefused');
    }),
  ];
}
