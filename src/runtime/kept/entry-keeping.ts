import type { LedgerStore } from '../../ports/stores.ts';

type LedgerRecords = Parameters<LedgerStore['append']>[0];

/**
 * Stores what the ledger took in. What the store refuses is offered to it again, before the next entries and at the
 * end: the node has it in memory only, and would lack it at its next start.
 */
export interface EntryKeeping {
  /** One call after another. Rejects as the store does; nothing is lost by it. */
  keep(records: LedgerRecords): Promise<void>;
}

export function createEntryKeeping(store: Pick<LedgerStore, 'append'>): EntryKeeping {
  let refused: LedgerRecords = [];
  return {
    keep: async (records) => {
      const all = [...refused, ...records];
      if (all.length === 0) return;
      refused = all;
      await store.append(all);
      refused = [];
    },
  };
}
