import type { InfoHash } from '../../core/wire/encoding/ids.ts';
import { type ContentStore, StorageRefused } from '../../ports/content.ts';
import type { TorrentEvent, Torrents } from '../../ports/torrents.ts';
import { createBundleLayout, layoutProblem } from './bundle-layout.ts';
import { createEngine } from './engine.ts';
import { createHeldBundle, type HeldBundle } from './held-bundle.ts';
import { encodeMetainfo, infoHashOf, type Metainfo, pieceLengthFor, sha1Hex } from './metainfo.ts';
import { createPieceCache } from './piece-cache.ts';

/** Half of the engine's own, which tolerates drip feeding; a guess that a busy page's pauses stay below. */
const STALL_MS = 15_000;

/** `onEvent` is never called from within a call of the returned interface. */
export function createTorrents(deps: {
  readonly content: ContentStore;
  readonly onEvent: (event: TorrentEvent) => void;
  /** A wire with requests open and no block for this long is cut; 15,000 by default. */
  readonly stallMs?: number;
}): Torrents {
  const { content, onEvent } = deps;
  const bundles = new Map<InfoHash, HeldBundle>();
  /** Bundles that are no longer held and still have writes under way. */
  const ending = new Map<InfoHash, Promise<void>>();
  let closing: Promise<void> | undefined;

  const cache = createPieceCache();
  const engine = createEngine(() => {
    // An error that belongs to a torrent arrives there as well; one that does not has taken no bundle along.
  });

  const end = (infoHash: InfoHash, stop: () => Promise<void>): Promise<void> => {
    bundles.delete(infoHash);
    const done = stop().finally(() => {
      if (ending.get(infoHash) === done) ending.delete(infoHash);
    });
    ending.set(infoHash, done);
    return done;
  };

  return {
    async create(name, files, onProgress) {
      const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
      const problem = layoutProblem(files, sizeBytes);
      if (problem !== undefined) throw new RangeError(problem);
      const pieceLengthBytes = pieceLengthFor(sizeBytes);
      const pieceHashes = new Array<string>(Math.ceil(sizeBytes / pieceLengthBytes)).fill('');
      const shape: Metainfo = { name, sizeBytes, pieceLengthBytes, pieceHashes };
      const layout = createBundleLayout(files, shape);
      for (const index of pieceHashes.keys()) {
        const parts = await Promise.all(
          layout
            .slicesOf(index)
            .map(({ file, start, end }) => content.readFile(files[file]!.hash, start, end)),
        );
        const piece = new Uint8Array(layout.pieceSizeBytes(index));
        let at = 0;
        for (const [place, part] of parts.entries()) {
          if (part === undefined) {
            const { hash } = files[layout.slicesOf(index)[place]!.file]!;
            throw new StorageRefused(
              `File ${hash} is not in the content store; keep it there before its torrent is made.`,
            );
          }
          piece.set(part, at);
          at += part.length;
        }
        pieceHashes[index] = await sha1Hex(piece);
        onProgress?.(index * pieceLengthBytes + piece.length);
      }
      return { infoHash: await infoHashOf(shape), metainfo: encodeMetainfo(shape) };
    },

    metainfoBytes(name, sizeBytes) {
      const pieceLengthBytes = pieceLengthFor(sizeBytes);
      const pieceHashes = new Array<string>(Math.ceil(sizeBytes / pieceLengthBytes)).fill('00'.repeat(20));
      return encodeMetainfo({ name, sizeBytes, pieceLengthBytes, pieceHashes }).length;
    },

    hold(bundle) {
      const { infoHash } = bundle;
      if (closing !== undefined || bundles.has(infoHash)) return;
      const held = createHeldBundle({
        bundle,
        content,
        engine,
        cache,
        stallMs: deps.stallMs ?? STALL_MS,
        after: ending.get(infoHash) ?? Promise.resolve(),
        onEvent,
        onFailed: () => void end(infoHash, () => held.close({ dropPieces: false })),
      });
      bundles.set(infoHash, held);
    },

    async drop(infoHash) {
      const held = bundles.get(infoHash);
      const before = ending.get(infoHash);
      await end(infoHash, async () => {
        await before;
        await (held === undefined ? content.dropPieces(infoHash) : held.close({ dropPieces: true }));
      });
    },

    held: () => [...bundles.keys()],

    attach(infoHash, peer, channel) {
      const held = bundles.get(infoHash);
      if (held === undefined) channel.close();
      else held.attach(peer, channel);
    },

    close() {
      closing ??= (async () => {
        for (const [infoHash, held] of bundles) void end(infoHash, () => held.close({ dropPieces: false }));
        await Promise.allSettled(ending.values());
        await engine.close();
      })();
      return closing;
    },
  };
}
