import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { clearOriginData, type OriginStorage, readOriginData } from './origin-data.ts';

/** An origin with nothing but texts and buckets. */
function anOrigin(buckets: string[]): OriginStorage {
  const texts = (pairs: [string, string][]) =>
    ({
      get length() {
        return pairs.length;
      },
      key: (at: number) => pairs[at]?.[0] ?? null,
      getItem: (key: string) => pairs.find(([name]) => name === key)?.[1] ?? null,
      clear: () => pairs.splice(0),
    }) as unknown as Storage;
  const nothing = async function* () {};
  return {
    databases: indexedDB,
    caches: { keys: async () => [] } as unknown as CacheStorage,
    texts: texts([['length', 'a key like any other']]),
    filesRoot: async () => ({ values: nothing }) as unknown as FileSystemDirectoryHandle,
    buckets: {
      keys: async () => [...buckets],
      delete: async (name) => void buckets.splice(buckets.indexOf(name), 1),
    },
    usageBytes: async () => 0,
  };
}

const read = async (storage: OriginStorage) => {
  const items = [];
  for await (const item of readOriginData(storage)) items.push(item);
  return items;
};

test('storage buckets are not copied in part: the copy is refused by name (D17)', async () => {
  await expect(read(anOrigin(['till receipts']))).rejects.toThrow('till receipts');
});

test('they go with all else when the origin is cleared (D18)', async () => {
  const buckets = ['a', 'b'];
  const origin = anOrigin(buckets);
  await clearOriginData(origin);
  expect(buckets).toEqual([]);
  expect(origin.texts.length).toBe(0);
});

test('texts are read by their keys, whatever these are', async () => {
  expect(await read(anOrigin([]))).toEqual([{ type: 'texts', pairs: [['length', 'a key like any other']] }]);
});
