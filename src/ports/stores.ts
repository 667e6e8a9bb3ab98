/** Envelopes of the ledger, kept verbatim. */
export interface LedgerStore {
  /**
   * All of them, in the order of append. What is damaged is left out and counted; what follows it is not lost. `keptAs` names what was
   * damaged where the store put it aside.
   */
  load(): Promise<{
    readonly envelopes: readonly Uint8Array[];
    readonly damaged: number;
    readonly keptAs?: string;
  }>;
  /** All or none are kept once this resolves. `key` makes a second append of the same entry a no-op. */
  append(records: readonly { readonly key: string; readonly envelope: Uint8Array }[]): Promise<void>;
  close(): void;
}

/** Small records by name: device state, inventory, settings. Values are what structured clone takes. */
export interface RecordStore {
  get(key: string): Promise<unknown>;
  /** All or none are kept once this resolves. An undefined value deletes. */
  put(records: Readonly<Record<string, unknown>>): Promise<void>;
  close(): void;
}
