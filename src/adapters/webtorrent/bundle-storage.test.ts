import { expect, test } from 'vitest';
import type { InfoHash } from '../../core/wire/encoding/ids.ts';
import { hashOf, inChunks, sampleBytes } from '../../ports/acceptance/sample-bytes.ts';
import type { ContentStore } from '../../ports/content.ts';
import { createMemoryContentStore } from '../memory/content-store.ts';
import { createBundleLayout } from './bundle-layout.ts';
import { createBundleStorage } from './bundle-storage.ts';
import { sha1Hex } from './metainfo.ts';
import { createPieceCache } from './piece-cache.ts';

const KIB = 1024;
const BUNDLE = 'ab'.repeat(20) as InfoHash;

/** A bundle of one file of two pieces, over a store that a test may spoil. */
async function aBundle(spoil: (content: ContentStore) => Partial<ContentStore> = () => ({})) {
  const bytes = sampleBytes(100 * KIB, 1);
  const pieces = [bytes.subarray(0, 64 * KIB), bytes.subarray(64 * KIB)];
  const pieceHashes = await Promise.all(pieces.map(sha1Hex));
  const file = { hash: await hashOf(bytes), offset: 0, sizeBytes: bytes.length };
  const shape = { name: 'a', sizeBytes: bytes.length, pieceLengthBytes: 64 * KIB, pieceHashes };
  const memory = createMemoryContentStore();
  const content = { ...memory, ...spoil(memory) };
  const cache = createPieceCache();
  const open = () =>
    createBundleStorage({
      content,
      bundle: BUNDLE,
      layout: createBundleLayout([file], shape),
      pieceHashes,
      cache,
    });
  return { bytes, pieces, file, content, open };
}

test('a piece that the disk cut short counts as gone, and is not given to peers', async () => {
  let cut = 0;
  const { pieces, open } = await aBundle(({ getPiece }) => ({
    getPiece: async (...place) => (await getPiece(...place))?.subarray(cut),
  }));
  const written = open();
  await written.writePiece(0, pieces[0]!);
  const storage = open();
  expect(await storage.survey()).toEqual([true, false]);
  cut = 1;
  expect(await storage.readPart(0, 0, 64 * KIB)).toBeUndefined();
  expect(await open().survey()).toEqual([false, false]);
});

test('a file that was put right is read as it is now, not as it was (B8)', async () => {
  let rotten = false;
  const { bytes, file, content, open } = await aBundle(({ readFile }) => ({
    readFile: async (...place) => {
      const read = await readFile(...place);
      return rotten ? read?.fill(0) : read;
    },
  }));
  await content.putFile(file.hash, file.sizeBytes, inChunks(bytes, 10 * KIB));
  const before = open();
  expect(await before.survey()).toEqual([true, true]);
  rotten = true;
  expect(await before.readPart(0, 0, 10)).toEqual(new Uint8Array(10));
  rotten = false;
  const after = open();
  expect(await after.survey()).toEqual([true, true]);
  expect(await after.readPart(0, 0, 10)).toEqual(bytes.slice(0, 10));
});
