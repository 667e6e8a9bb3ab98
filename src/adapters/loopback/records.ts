import type { RecordStore } from '../../ports/stores.ts';

/** Records in memory, for tests and simulation, and for nodes that keep nothing. */
export function createMemoryRecords(): RecordStore {
  const kept = new Map<string, unknown>();
  return {
    get: async (key) => kept.get(key),
    async put(records) {
      for (const [key, value] of Object.entries(records)) {
        if (value === undefined) kept.delete(key);
        else kept.set(key, value);
      }
    },
    close() {
      // Nothing is held open.
    },
  };
}
