import { StorageRefused } from '../../ports/content.ts';
import type { LedgerStore } from '../../ports/stores.ts';

/** A ledger store that forgets with the process. */
export function createMemoryLedgerStore(): LedgerStore {
  const entries = new Map<string, Uint8Array>();
  let closed = false;
  const open = () => {
    if (closed) throw new StorageRefused('Storage refused: this store was closed.');
  };
  return {
    async load() {
      open();
      return { envelopes: Array.from(entries.values(), (envelope) => envelope.slice()), damaged: 0 };
    },
    async append(records) {
      open();
      for (const { key, envelope } of records) if (!entries.has(key)) entries.set(key, envelope.slice());
    },
    close() {
      closed = true;
    },
  };
}
