import { StorageRefused } from '../../ports/content.ts';
import type { RecordStore } from '../../ports/stores.ts';

/** A record store that forgets with the process. */
export function createMemoryRecordStore(): RecordStore {
  const records = new Map<string, unknown>();
  let closed = false;
  const open = () => {
    if (closed) throw new StorageRefused('Storage refused: this store was closed.');
  };
  return {
    async get(key) {
      open();
      return structuredClone(records.get(key));
    },
    async put(values) {
      open();
      // Cloned before any is kept, so that one that cannot be cloned leaves all of them out.
      for (const [key, value] of Object.entries(structuredClone(values))) {
        if (value === undefined) records.delete(key);
        else records.set(key, value);
      }
    },
    close() {
      closed = true;
    },
  };
}
