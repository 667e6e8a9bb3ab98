/** The part of webtorrent 3.0.21 that this adapter uses; engine-contract.test.ts holds the package to it. */
declare module 'webtorrent' {
  import type { Duplex } from 'streamx';

  export interface PieceSet {
    readonly buffer: Uint8Array;
    get(index: number): boolean;
    set(index: number, value: boolean): void;
    setAll?: unknown;
  }

  export interface BlockRequest {
    readonly piece: number;
    readonly offset: number;
    readonly length: number;
  }

  export interface Wire {
    readonly destroyed: boolean;
    readonly peerChoking: boolean;
    /** What the other end has. */
    peerPieces: PieceSet;
    /** What we asked for and have not got. */
    readonly requests: readonly BlockRequest[];
    /** What the other end asked for and has not got. */
    readonly peerRequests: readonly BlockRequest[];
    push(bytes: Uint8Array | null): boolean;
    /** Ends the wire when a request stays unanswered for this long. */
    setTimeout(timeoutMs: number, unref?: boolean): void;
    destroy(): void;
    on(event: 'piece', listener: (index: number, offset: number, bytes: Uint8Array) => void): this;
    on(event: 'request', listener: (index: number, offset: number, lengthBytes: number) => void): this;
    on(event: 'upload', listener: (payloadBytes: number) => void): this;
    on(event: 'choke' | 'unchoke' | 'close', listener: () => void): this;
  }

  export interface ChunkStore {
    readonly chunkLength: number;
    get(
      index: number,
      options: { readonly offset?: number; readonly length?: number } | null,
      callback: (error: Error | null, bytes?: Uint8Array) => void,
    ): void;
    put(index: number, bytes: Uint8Array, callback: (error: Error | null) => void): void;
    close(callback: (error: Error | null) => void): void;
    destroy(callback: (error: Error | null) => void): void;
  }

  export interface TorrentOptions {
    readonly announce: readonly string[];
    readonly preloadedStore: ChunkStore;
    /** 0: the store is asked for each block. */
    readonly storeCacheSlots: 0;
    readonly strategy: 'rarest' | 'sequential';
    /** One bit a piece that is here already, most significant first. */
    readonly bitfield: Uint8Array;
  }

  export interface Torrent {
    readonly infoHash: string;
    readonly destroyed: boolean;
    readonly bitfield: { get(index: number): boolean };
    /** Private: peers by the id of the stream that was given to addPeer. */
    readonly _peers: ReadonlyMap<string, { readonly wire: Wire | null }> | null;
    /** Private: asks for a look at what may be asked of each wire. */
    _update(): void;
    /** Private: the look. */
    _updateWireWrapper(): void;
    addPeer(stream: Duplex, source: 'manual'): boolean;
    /** Wants these pieces at once; recomputes interest and requests. */
    critical(first: number, last: number): void;
    destroy(callback?: () => void): void;
    on(event: 'ready' | 'close', listener: () => void): this;
    on(event: 'wire', listener: (wire: Wire) => void): this;
    on(event: 'verified', listener: (index: number) => void): this;
    on(event: 'warning' | 'error', listener: (error: Error) => void): this;
  }

  export interface ClientOptions {
    readonly tracker: false;
    readonly dht: false;
    readonly lsd: false;
    readonly utp: false;
    readonly utPex: false;
    readonly webSeeds: false;
    readonly natUpnp: false;
    readonly natPmp: false;
    readonly maxConns: number;
  }

  export interface ListeningServer {
    readonly listening: boolean;
    close(): void;
    removeAllListeners(event: 'connection'): void;
    once(event: 'listening', listener: () => void): void;
  }

  export default class WebTorrent {
    constructor(options: ClientOptions);
    readonly destroyed: boolean;
    /** In Node alone, and private: the server that plain BitTorrent peers would dial. */
    readonly _connPool?: { readonly tcpServer: ListeningServer };
    add(metainfo: Uint8Array, options: TorrentOptions): Torrent;
    destroy(callback?: () => void): void;
    on(event: 'error', listener: (error: Error) => void): this;
  }
}
