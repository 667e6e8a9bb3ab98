/**
 * Copies of what products keep on the app origin, where no release reaches them. A copy is a list of pieces, which are structured clones
 * (Blobs and CryptoKeys among them) and mean nothing here.
 */
export interface DataCopyStore {
  /** Begins an empty copy, in place of one of that name. */
  begin(name: string): Promise<void>;
  /** Pieces are appended one at a time. Rejects with StorageRefused when there is no room. */
  append(name: string, piece: unknown): Promise<void>;
  /** What was appended is all, and outlives a power cut when this has resolved. */
  finish(name: string): Promise<void>;
  /** How many pieces a finished copy has; undefined where there is none. */
  count(name: string): Promise<number | undefined>;
  /** Of a finished copy. */
  read(name: string, at: number): Promise<unknown>;
  /** Drops all others, also those that were never finished. */
  retain(names: ReadonlySet<string>): Promise<void>;
  /** Idempotent. */
  close(): void;
}
