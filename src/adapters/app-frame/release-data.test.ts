import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { serveDataTask } from '../../app-origin/data-tasks.ts';
import type { OriginStorage } from '../../app-origin/origin-data/origin-data.ts';
import type { DataTask } from '../../app-origin/protocol.ts';
import { createDataCopyStore } from '../idb/data-copy-store.ts';
import type { Bridge } from './bridge.ts';
import { createReleaseData } from './release-data.ts';

/** An origin of localStorage and databases: what of it is hostile, the shell must not believe. */
function anOrigin(usageBytes = 0) {
  const local = new Map<string, string>();
  const texts = {
    get length() {
      return local.size;
    },
    key: (at: number) => [...local.keys()][at] ?? null,
    getItem: (key: string) => local.get(key) ?? null,
    setItem: (key: string, value: string) => void local.set(key, value),
    clear: () => local.clear(),
  } as unknown as Storage;
  const nothing = async function* () {};
  const storage: OriginStorage = {
    databases: new IDBFactory(),
    caches: { keys: async () => [] } as unknown as CacheStorage,
    texts,
    filesRoot: async () => ({ values: nothing }) as unknown as FileSystemDirectoryHandle,
    buckets: undefined,
    usageBytes: async () => usageBytes,
  };
  return { local, storage };
}

let count = 0;

function aShell(serve: (task: DataTask, port: MessagePort) => void, usageBytes = async () => 0) {
  const renew = vi.fn();
  const bridge = { give: serve, renew } as unknown as Bridge;
  let onSilence = () => {};
  let waits = 0;
  const clock = {
    schedule: (_delayMs: number, run: () => void) => {
      onSilence = run;
      waits += 1;
      return () => {};
    },
  };
  const data = createReleaseData({
    bridge,
    copies: createDataCopyStore(`data-${++count}`),
    clock,
    usageBytes,
  });
  return { data, renew, passSilence: () => onSilence(), waits: () => waits };
}

/** As many records as take several batches and more pieces than go at once. */
async function fill(databases: IDBFactory, records: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const opening = databases.open('app', 3);
    opening.onupgradeneeded = () => {
      const store = opening.result.createObjectStore('orders', { autoIncrement: true });
      for (let at = 0; at < records; at++) store.put({ at });
    };
    opening.onsuccess = () => {
      opening.result.close();
      resolve();
    };
  });
}

const recordsIn = (databases: IDBFactory) =>
  new Promise<unknown[]>((resolve) => {
    const opening = databases.open('app');
    opening.onsuccess = () => {
      const reading = opening.result.transaction('orders').objectStore('orders').getAll();
      reading.onsuccess = () => {
        opening.result.close();
        resolve(reading.result);
      };
    };
  });

test('what was copied comes back whole and in order, as often as it is asked for (A21)', async () => {
  const { local, storage } = anOrigin();
  const { data } = aShell((task, port) => serveDataTask(task, port, storage));
  await fill(storage.databases, 5_000);
  local.set('theme', 'dark');
  await data.copy('menu', 1);
  for (let time = 0; time < 2; time++) {
    local.set('theme', 'of the next');
    local.set('more', 'of the next');
    await data.restore('menu');
    expect([...local]).toEqual([['theme', 'dark']]);
    expect(await recordsIn(storage.databases)).toEqual(Array.from({ length: 5_000 }, (_, at) => ({ at })));
  }
  await data.clear();
  expect(local.size).toBe(0);
  expect(await storage.databases.databases()).toEqual([]);
});

test('more than is allowed is not copied, and takes the place of no earlier copy by halves (D17)', async () => {
  const { storage } = anOrigin(2_000_001);
  const { data } = aShell((task, port) => serveDataTask(task, port, storage));
  await expect(data.copy('menu', 1_000_000)).rejects.toThrow('it keeps 3 MB, and at most 1 MB are copied');
  await expect(data.restore('menu')).rejects.toThrow('no copy of the data of menu');
});

test('attack: what sends more than it said is stopped when the shell’s own storage shows it (A21)', async () => {
  const used = { bytes: 0 };
  const flood = (_task: DataTask, port: MessagePort) => {
    port.onmessage = () => {
      used.bytes += 1_000_000;
      port.postMessage({ type: 'data-item', item: 'x' });
    };
    port.postMessage({ type: 'data-item', item: 'x' });
  };
  const { data } = aShell(flood, async () => used.bytes);
  await expect(data.copy('menu', 1_000_000)).rejects.toThrow('larger than the browser said');
  expect(used.bytes).toBeLessThan(200_000_000);
});

test('an app origin that says nothing is told from one that fails, and gets a new bridge (D17)', async () => {
  const { data, renew, passSilence } = aShell(() => {});
  const copying = data.copy('menu', 1);
  await vi.waitFor(() => {
    passSilence();
    expect(renew).toHaveBeenCalled();
  });
  await expect(copying).rejects.toMatchObject({ name: 'AppOriginSilent' });
});

test('one that began and hangs is a try that failed: it is not waited for without end (D17)', async () => {
  const { data, passSilence, waits } = aShell((_task, port) => {
    port.postMessage({ type: 'data-begun' });
    port.postMessage({ type: 'data-taken' });
  });
  const clearing = data.clear();
  // From the start, and from each word.
  await vi.waitFor(() => expect(waits()).toBe(3));
  passSilence();
  await expect(clearing).rejects.toThrow('it did not get on');
});

test('words that are none of the protocol are skipped', async () => {
  const { data } = aShell((_task, port) => {
    for (const word of [null, 7, { type: 'data-failed' }, { type: 'release-healthy' }, { type: 'data-end' }])
      port.postMessage(word);
  });
  await data.clear();
});
