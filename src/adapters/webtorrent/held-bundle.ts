import type { Torrent } from 'webtorrent';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { ByteChannel } from '../../ports/connections.ts';
import { ContentMismatch, type ContentStore, StorageRefused } from '../../ports/content.ts';
import type { Bundle, TorrentEvent } from '../../ports/torrents.ts';
import { createBundleLayout, layoutProblem } from './bundle-layout.ts';
import { createBundleStorage } from './bundle-storage.ts';
import type { Engine } from './engine.ts';
import { infoHashOf, type Metainfo, readMetainfo } from './metainfo.ts';
import type { PieceCache } from './piece-cache.ts';
import { createPieceChunkStore } from './piece-chunk-store.ts';
import { createSwarm } from './swarm.ts';

/** One bundle from the moment that it is wanted: checked, fetched, assembled, then seeded. */
export interface HeldBundle {
  attach(peer: NodeId, channel: ByteChannel): void;
  /** Says nothing more. Resolves when nothing of it runs any more. Idempotent. */
  close(options: { readonly dropPieces: boolean }): Promise<void>;
}

export type BundleFailure = Extract<TorrentEvent, { type: 'bundle-failed' }>['reason'];

/** Files that are assembled at a time; each holds at most a few MiB. */
const ASSEMBLIES_AT_ONCE = 4;
/** Four times a second, as the port promises. */
const PROGRESS_INTERVAL_MS = 250;

export function createHeldBundle(deps: {
  readonly bundle: Bundle;
  readonly content: ContentStore;
  readonly engine: Engine;
  readonly cache: PieceCache;
  readonly stallMs: number;
  /** An earlier holding of the same bundle that still ends: its last writes must not meet ours. */
  readonly after: Promise<unknown>;
  readonly onEvent: (event: TorrentEvent) => void;
  /** It failed and is closing; said once, after the event. */
  readonly onFailed: () => void;
}): HeldBundle {
  const { bundle, content, engine, onEvent } = deps;
  const { infoHash, sizeBytes } = bundle;
  const metainfo = readMetainfo(bundle.metainfo);
  const problem = problemOf(bundle, metainfo);
  const layout = createBundleLayout(
    bundle.files,
    problem === undefined && metainfo !== undefined ? metainfo : NO_METAINFO,
  );
  const storage = createBundleStorage({
    content,
    bundle: infoHash,
    layout,
    pieceHashes: metainfo?.pieceHashes ?? [],
    cache: deps.cache,
  });
  const swarm = createSwarm({
    infoHash,
    layout,
    stallMs: deps.stallMs,
    onViolation: (peer, reason) => tell({ type: 'wire-violated', infoHash, peer, reason }),
    onBadPiece: (index, peer) => tell({ type: 'bad-piece', infoHash, index, peer }),
    onTraffic: () => progressed(),
  });

  const here = new Array<boolean>(layout.pieceCount).fill(false);
  /** Pieces that a file which is not whole still waits for. */
  const missing = new Map<number, number>();
  const toAssemble: number[] = [];
  const assembling = new Set<Promise<void>>();
  let bytesHere = 0;
  let bytesKept = 0;
  let torrent: Torrent | undefined;
  let progressTimer: ReturnType<typeof setTimeout> | undefined;
  let progressDue = false;
  let completed = false;
  let over = false;
  let closing: Promise<void> | undefined;

  const tell = (event: TorrentEvent) => {
    if (!over) onEvent(event);
  };

  const tellProgress = () => {
    progressDue = false;
    const bytesFrom = new Map(swarm.bytesFrom);
    tell({
      type: 'bundle-progress',
      infoHash,
      sizeBytes,
      bytesHere,
      bytesFrom,
      bytesSent: swarm.bytesSent(),
    });
  };

  const progressed = () => {
    progressDue = true;
    if (progressTimer !== undefined || over) return;
    tellProgress();
    progressTimer = setTimeout(() => {
      progressTimer = undefined;
      if (progressDue) progressed();
    }, PROGRESS_INTERVAL_MS);
  };

  const fail = (reason: BundleFailure, detail: string) => {
    if (over) return;
    tellProgress();
    tell({ type: 'bundle-failed', infoHash, reason, detail });
    // Pieces of a torrent that is wrong are of no use; those that a full disk has stopped are, once there is room.
    void close({ dropPieces: reason === 'file-hash-mismatch' });
    deps.onFailed();
  };

  const failWith = (error: unknown) => {
    const detail = error instanceof Error ? error.message : String(error);
    if (error instanceof ContentMismatch) fail('file-hash-mismatch', detail);
    else fail(error instanceof StorageRefused ? 'storage-refused' : 'engine-error', detail);
  };

  const completeWhenWhole = async () => {
    if (over || completed || storage.wholeFiles.size < layout.files.length) return;
    completed = true;
    await storage.dropPieces();
    if (over) return;
    bytesHere = sizeBytes;
    tellProgress();
    tell({ type: 'bundle-complete', infoHash, bytesFrom: new Map(swarm.bytesFrom), bytesKept });
  };

  const assembleNext = () => {
    while (!over && assembling.size < ASSEMBLIES_AT_ONCE && toAssemble.length > 0) {
      const work = storage
        .assemble(toAssemble.shift()!)
        .then(() => completeWhenWhole())
        .catch(failWith)
        .finally(() => {
          assembling.delete(work);
          assembleNext();
        });
      assembling.add(work);
    }
  };

  const pieceArrived = (index: number) => {
    if (over || here[index]) return;
    here[index] = true;
    bytesHere += layout.pieceSizeBytes(index);
    progressed();
    for (const { file } of layout.slicesOf(index)) {
      const left = missing.get(file);
      if (left === undefined) continue;
      missing.set(file, left - 1);
      if (left === 1) toAssemble.push(file);
    }
    assembleNext();
  };

  const takeStock = (verified: readonly boolean[]) => {
    for (const [index, good] of verified.entries()) {
      if (!good) continue;
      here[index] = true;
      bytesKept += layout.pieceSizeBytes(index);
    }
    bytesHere = bytesKept;
    for (const file of layout.files.keys()) {
      if (storage.wholeFiles.has(file)) continue;
      const pieces = layout.piecesOf(file);
      let left = 0;
      for (let index = pieces?.first ?? 0; index <= (pieces?.last ?? -1); index++) if (!here[index]) left++;
      missing.set(file, left);
      if (left === 0) toAssemble.push(file);
    }
  };

  const startTorrent = async () => {
    const chunkStore = createPieceChunkStore({
      layout,
      storage,
      onStored: (index, bytes) => swarm.pieceVerified(index, bytes),
      onRefused: (error) => fail('storage-refused', error instanceof Error ? error.message : String(error)),
    });
    torrent = await engine.add(bundle.metainfo, {
      preloadedStore: chunkStore,
      storeCacheSlots: 0,
      bitfield: toBitfield(here),
    });
    if (over) {
      torrent.destroy();
      return;
    }
    torrent.on('error', (error) => fail('engine-error', error.message));
    torrent.on('verified', pieceArrived);
    torrent.on('warning', ({ message }) => {
      const failed = /^Piece (\d+) failed verification$/.exec(message);
      if (failed) swarm.pieceFailed(Number(failed[1]));
    });
    const joined = torrent;
    torrent.on('ready', () => {
      if (!over) swarm.start(joined);
    });
  };

  const run = async () => {
    if (problem !== undefined || metainfo === undefined) {
      fail('bad-metainfo', problem ?? 'the metainfo is not a torrent as this app writes it');
      return;
    }
    const made = await infoHashOf(metainfo);
    if (made !== infoHash) {
      fail('bad-metainfo', `the metainfo has the info hash ${made}, the bundle says ${infoHash}`);
      return;
    }
    if (over) return;
    const verified = await storage.survey();
    if (over) return;
    takeStock(verified);
    progressed();
    assembleNext();
    if (layout.pieceCount > 0) await startTorrent();
    await completeWhenWhole();
  };

  const close: HeldBundle['close'] = ({ dropPieces }) => {
    over = true;
    clearTimeout(progressTimer);
    closing ??= (async () => {
      swarm.close();
      if (torrent !== undefined && !torrent.destroyed) {
        const stopping = torrent;
        await new Promise<void>((resolve) => stopping.destroy(() => resolve()));
      }
      await Promise.allSettled([running, ...assembling]);
      if (dropPieces) await storage.dropPieces().catch(() => {});
    })();
    return closing;
  };

  const running: Promise<void> = deps.after.then(run).catch(failWith);
  return { attach: (peer, channel) => swarm.attach(peer, channel), close };
}

const NO_METAINFO: Metainfo = { name: '', sizeBytes: 0, pieceLengthBytes: 1, pieceHashes: [] };

function problemOf(bundle: Bundle, metainfo: Metainfo | undefined): string | undefined {
  if (metainfo === undefined) return 'the metainfo is not a torrent as this app writes it';
  if (metainfo.sizeBytes !== bundle.sizeBytes) {
    return `the metainfo is of ${metainfo.sizeBytes} bytes, the bundle of ${bundle.sizeBytes}`;
  }
  return layoutProblem(bundle.files, bundle.sizeBytes);
}

function toBitfield(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) if (bit) bytes[index >> 3]! |= 0x80 >> (index & 7);
  return bytes;
}
