import { concatBytes } from '../../core/wire/encoding/cbor.ts';
import type { InfoHash } from '../../core/wire/encoding/ids.ts';
import { ContentMismatch, type ContentStore, StorageRefused } from '../../ports/content.ts';
import type { BundleLayout } from './bundle-layout.ts';
import { sha1Hex } from './metainfo.ts';
import type { PieceCache, PieceName } from './piece-cache.ts';

/**
 * A bundle's bytes without a second copy of any: pieces are read out of whole files where these are in the content
 * store, and out of the pieces in transit where they are not.
 */
export interface BundleStorage {
  /**
   * Looks at what is here and checks it: fills `wholeFiles` and says for each piece whether it makes its SHA-1. A
   * file that is listed as whole and is damaged counts as missing. Rejects with ContentMismatch when whole files do
   * not make the torrent's pieces: then manifest and torrent are not of one release.
   */
  survey(): Promise<readonly boolean[]>;
  /** Places of the files that are in the content store whole. */
  readonly wholeFiles: ReadonlySet<number>;
  /** Bytes of a piece from `start` to `end`, exclusive, not to be changed; undefined when it is not here. */
  readPart(index: number, start: number, end: number): Promise<Uint8Array | undefined>;
  /** Keeps a piece whose hash was checked. */
  writePiece(index: number, bytes: Uint8Array): Promise<void>;
  /** Makes the file out of its pieces, all of which must be here. Rejects with ContentMismatch unless its SHA-256 comes out. */
  assemble(file: number): Promise<void>;
  dropPieces(): Promise<void>;
}

/** Of a file that is put together; bounds what is held of it at a time. */
const ASSEMBLED_BYTES = 1024 * 1024;
/** Look-ups in the content store at a time; a guess, more only queue in the database. */
const LOOKUPS_AT_ONCE = 32;
const PIECES_AT_ONCE = 4;

export function createBundleStorage(deps: {
  readonly content: ContentStore;
  readonly bundle: InfoHash;
  readonly layout: BundleLayout;
  readonly pieceHashes: readonly string[];
  readonly cache: PieceCache;
}): BundleStorage {
  const { content, bundle, layout, pieceHashes, cache } = deps;
  const wholeFiles = new Set<number>();

  const readFromFiles = async (index: number, from: number, to: number): Promise<Uint8Array | undefined> => {
    const slices = layout.slicesOf(index, from, to);
    if (!slices.every(({ file }) => wholeFiles.has(file))) return undefined;
    const parts = await Promise.all(
      slices.map(({ file, start, end }) => content.readFile(layout.files[file]!.hash, start, end)),
    );
    if (parts.some((part) => part === undefined)) return undefined;
    return parts.length === 1 ? parts[0] : concatBytes(parts as Uint8Array[]);
  };

  const read = async (index: number, start: number, end: number): Promise<Uint8Array | undefined> => {
    const bytes =
      (await readFromFiles(index, start, end)) ??
      (await content.getPiece(bundle, index, start, end)) ??
      // Between the two looks the last file may have become whole and the pieces in transit been dropped.
      (await readFromFiles(index, start, end));
    // A disk may cut a piece short; to a peer the rest would be missing, and this node a liar.
    return bytes?.length === end - start ? bytes : undefined;
  };

  const readPiece = (index: number) => read(index, 0, layout.pieceSizeBytes(index));

  const nameOf = (index: number): PieceName => ({ bundle, index, sizeBytes: layout.pieceSizeBytes(index) });

  const readPart = (index: number, start: number, end: number) =>
    cache.read(nameOf(index), start, end, (from, to) => read(index, from, to));

  const isVerified = async (index: number): Promise<boolean> => {
    const bytes = await readPiece(index);
    return bytes?.length === layout.pieceSizeBytes(index) && (await sha1Hex(bytes)) === pieceHashes[index];
  };

  async function* fileBytes(file: number): AsyncGenerator<Uint8Array> {
    const pieces = layout.piecesOf(file);
    if (pieces === undefined) return;
    for (let index = pieces.first; index <= pieces.last; index++) {
      const slice = layout.slicesOf(index).find((candidate) => candidate.file === file)!;
      const inPiece = layout.files[file]!.offset - index * layout.pieceLengthBytes;
      for (let at = inPiece + slice.start; at < inPiece + slice.end; at += ASSEMBLED_BYTES) {
        const bytes = await readPart(index, at, Math.min(at + ASSEMBLED_BYTES, inPiece + slice.end));
        if (bytes === undefined) throw new StorageRefused(`Storage lost piece ${index} of bundle ${bundle}.`);
        yield bytes;
      }
    }
  }

  /** Writes the file through the store's own check of its hash; a damaged one is no longer counted as whole. */
  const recheck = async (file: number, verified: readonly boolean[]) => {
    const { hash, sizeBytes } = layout.files[file]!;
    async function* stored(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < sizeBytes; at += layout.pieceLengthBytes) {
        yield (await content.readFile(hash, at, Math.min(at + layout.pieceLengthBytes, sizeBytes))) ??
          new Uint8Array(0);
      }
    }
    try {
      await content.putFile(hash, sizeBytes, stored());
    } catch (error) {
      if (!(error instanceof ContentMismatch)) throw error;
      const { first, last } = layout.piecesOf(file)!;
      for (let index = first; index <= last; index++) {
        // Pieces that are right are saved from the file before it is no longer read.
        const bytes = verified[index] ? await readPiece(index) : undefined;
        if (bytes !== undefined) await content.putPiece(bundle, index, bytes);
      }
      wholeFiles.delete(file);
    }
  };

  return {
    wholeFiles,
    readPart,
    async survey() {
      // Of an earlier holding: files may have been replaced since.
      cache.forget(bundle);
      await inParallel(layout.files.length, LOOKUPS_AT_ONCE, async (file) => {
        if (await content.hasFile(layout.files[file]!.hash)) wholeFiles.add(file);
      });
      const verified = new Array<boolean>(layout.pieceCount).fill(false);
      await inParallel(layout.pieceCount, PIECES_AT_ONCE, async (index) => {
        verified[index] = await isVerified(index);
      });
      const wrong = verified.flatMap((good, index) =>
        !good && layout.slicesOf(index).every(({ file }) => wholeFiles.has(file)) ? [index] : [],
      );
      const suspects = new Set(wrong.flatMap((index) => layout.slicesOf(index).map(({ file }) => file)));
      for (const file of suspects) await recheck(file, verified);
      for (const index of wrong) {
        if (layout.slicesOf(index).every(({ file }) => wholeFiles.has(file))) {
          throw new ContentMismatch(
            `piece ${index} of the torrent is not what the files of the manifest make`,
          );
        }
      }
      return verified;
    },
    async writePiece(index, bytes) {
      await content.putPiece(bundle, index, bytes);
      cache.keep(nameOf(index), bytes);
    },
    async assemble(file) {
      const { hash, sizeBytes } = layout.files[file]!;
      await content.putFile(hash, sizeBytes, fileBytes(file));
      wholeFiles.add(file);
    },
    dropPieces: () => content.dropPieces(bundle),
  };
}

async function inParallel(count: number, atOnce: number, run: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}
