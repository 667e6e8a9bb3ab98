import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import type { PastSummary } from './past.ts';

/** An entry that its author and all its cosigners have signed, as the runtime found. */
export interface ReceivedEntry {
  readonly entry: Entry;
  readonly envelope: Uint8Array;
  /** The invitation's key whose voucher for this author verifies; undefined where the entry carries none. */
  readonly voucherKey: NodeId | undefined;
}

/** An entry of the ledger: authorised by its own causal past, and complete. */
export interface AcceptedEntry extends ReceivedEntry {
  /** Counts acceptances here; an entry's references have lesser ones. Differs from node to node: nothing may depend on it. */
  readonly index: number;
  readonly past: PastSummary;
}

export type Entries = ReadonlyMap<EntryId, AcceptedEntry>;
