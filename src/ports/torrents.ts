import type { FileHash, InfoHash, NodeId } from '../core/wire/encoding/ids.ts';
import type { ByteChannel } from './connections.ts';

/** One distinct file of a bundle: `offset` is where it starts. */
export interface BundleFile {
  readonly hash: FileHash;
  readonly sizeBytes: number;
  readonly offset: number;
}

export interface Bundle {
  readonly infoHash: InfoHash;
  /** The torrent file (BEP 3), as the signed manifest carries it. */
  readonly metainfo: Uint8Array;
  readonly sizeBytes: number;
  readonly files: readonly BundleFile[];
}

export type TorrentEvent =
  /** At most four times a second, and once more before it ends. */
  | {
      readonly type: 'bundle-progress';
      readonly infoHash: InfoHash;
      readonly sizeBytes: number;
      readonly bytesHere: number;
      readonly bytesFrom: ReadonlyMap<NodeId, number>;
      readonly bytesSent: number;
    }
  /** Every file is here and makes its SHA-256. Said once, also when all was here from the start. */
  | {
      readonly type: 'bundle-complete';
      readonly infoHash: InfoHash;
      readonly bytesFrom: ReadonlyMap<NodeId, number>;
      readonly bytesKept: number;
    }
  /** `peer` sent bad bytes for a piece, alone or among others; the adapter has cut its wire and refuses it for this bundle. */
  | { readonly type: 'bad-piece'; readonly infoHash: InfoHash; readonly index: number; readonly peer: NodeId }
  /** `peer` sent what no wire of this bundle carries; the adapter has cut the wire. It may come back over another. */
  | {
      readonly type: 'wire-violated';
      readonly infoHash: InfoHash;
      readonly peer: NodeId;
      readonly reason: string;
    }
  /** Said once; the bundle is no longer held. */
  | {
      readonly type: 'bundle-failed';
      readonly infoHash: InfoHash;
      readonly reason: 'file-hash-mismatch' | 'bad-metainfo' | 'storage-refused' | 'engine-error';
      readonly detail: string;
    };

export interface Torrents {
  /** Makes the torrent of files that are in the content store already. Piece length grows with size so that at most 128 pieces result. */
  create(
    name: string,
    files: readonly BundleFile[],
    /** Told how many of the bundle's bytes are done, in rising order. */
    onProgress?: (doneBytes: number) => void,
  ): Promise<{ readonly infoHash: InfoHash; readonly metainfo: Uint8Array }>;
  /** The size of the metainfo that `create` would make of so many bytes. */
  metainfoBytes(name: string, sizeBytes: number): number;
  /**
   * Fetches what is missing, then goes on seeding. Pieces that lie wholly in files of the content store are not
   * fetched. Refuses (bundle-failed, bad-metainfo) a metainfo whose hash, size or piece length is not what `bundle` says.
   */
  hold(bundle: Bundle): void;
  drop(infoHash: InfoHash): Promise<void>;
  held(): readonly InfoHash[];
  /** Runs a BitTorrent wire with `peer` over the channel; the adapter closes it when the wire ends. */
  attach(infoHash: InfoHash, peer: NodeId, channel: ByteChannel): void;
  close(): Promise<void>;
}
