import type { ChunkStore } from 'webtorrent';
import type { BundleLayout } from './bundle-layout.ts';
import type { BundleStorage } from './bundle-storage.ts';

/** The bundle's storage as the engine wants it (abstract-chunk-store). */
export function createPieceChunkStore(deps: {
  readonly layout: BundleLayout;
  readonly storage: BundleStorage;
  /** The piece is kept; said before the engine tells peers of it. */
  readonly onStored: (index: number, bytes: Uint8Array) => void;
  readonly onRefused: (error: unknown) => void;
}): ChunkStore {
  const { layout, storage } = deps;
  const fail = (error: unknown, callback: (error: Error) => void) => {
    deps.onRefused(error);
    callback(error instanceof Error ? error : new Error(String(error)));
  };
  return {
    chunkLength: layout.pieceLengthBytes,
    get(index, options, callback) {
      const { offset = 0, length = layout.pieceSizeBytes(index) - offset } = options ?? {};
      storage.readPart(index, offset, offset + length).then(
        (bytes) => {
          if (bytes !== undefined) callback(null, bytes);
          // The engine asks only for pieces that it believes to be here. If peers were refused, they would ask again
          // for ever.
          else fail(new Error(`piece ${index} was here and is gone`), callback);
        },
        (error: unknown) => fail(error, callback),
      );
    },
    put(index, bytes, callback) {
      storage.writePiece(index, bytes).then(
        () => {
          deps.onStored(index, bytes);
          callback(null);
        },
        (error: unknown) => fail(error, callback),
      );
    },
    close: (callback) => callback(null),
    destroy: (callback) => callback(null),
  };
}
