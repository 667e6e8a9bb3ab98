import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StoredByLaterVersion } from '../../ports/content.ts';
import { readStoredPage } from '../idb/testing/stored-page.ts';
import { createMemoryRecordStore } from '../memory/record-store.ts';
import { browserKeptPlaces, migrateKeptPlaces, refuseLaterKeptPlaces } from './kept-places.ts';

/** What of a browser's local storage and caches these places ask for, in memory. */
function fakeBrowser() {
  const texts: Record<string, string> = {};
  const caches = new Map<string, Map<string, string>>();
  const localStorage = Object.defineProperties(texts, {
    getItem: { value: (key: string) => texts[key] ?? null },
    setItem: {
      configurable: true,
      value: (key: string, text: string) => void Object.assign(texts, { [key]: text }),
    },
    removeItem: { value: (key: string) => void delete texts[key] },
  });
  const addressOf = (request: string | { readonly url: string }) =>
    typeof request === 'string' ? request : new URL(request.url).pathname;
  const open = async (name: string) => {
    const cache = caches.get(name) ?? new Map<string, string>();
    caches.set(name, cache);
    return {
      match: async (request: string | { readonly url: string }) => {
        const text = cache.get(addressOf(request));
        return text === undefined ? undefined : new Response(text);
      },
      put: async (address: string, response: Response) => void cache.set(address, await response.text()),
      keys: async () => [...cache.keys()].map((address) => ({ url: `https://shell${address}` })),
    };
  };
  vi.stubGlobal('localStorage', localStorage);
  vi.stubGlobal('caches', {
    open,
    has: async (name: string) => caches.has(name),
    delete: async (name: string) => caches.delete(name),
  });
  return { texts, caches };
}

let browser: ReturnType<typeof fakeBrowser>;
beforeEach(() => {
  browser = fakeBrowser();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function anOlderBrowser(): Promise<string> {
  const page = await readStoredPage('device-page-1');
  for (const [key, text] of Object.entries(page.localStorage)) browser.texts[key] = text;
  for (const [name, texts] of Object.entries(page.caches))
    browser.caches.set(name, new Map(Object.entries(texts)));
  return `counter/${page.self}/session`;
}

const readAll = (name: string) =>
  Promise.all(
    browserKeptPlaces('device', createMemoryRecordStore())
      .slice(1)
      .map((place) => place.get(name)),
  );

test('counters that version 1 kept in local storage and the cache are read, and the old ones are gone (K1, K6)', async () => {
  const counter = await anOlderBrowser();
  await refuseLaterKeptPlaces('device');
  await migrateKeptPlaces('device');
  expect(await readAll(counter)).toEqual(['1', '1']);
  expect(Object.keys(browser.texts).sort()).toEqual([
    `fieldfare/device/kept/${counter}`,
    'fieldfare/device/version',
  ]);
  expect([...browser.caches.keys()]).toEqual(['fieldfare/device/kept']);
});

test('a migration that is done again, or over a higher counter, takes none back (K1, K6)', async () => {
  const counter = await anOlderBrowser();
  for (const place of browserKeptPlaces('device', createMemoryRecordStore())) await place.put(counter, '9');
  await migrateKeptPlaces('device');
  await migrateKeptPlaces('device');
  expect(await readAll(counter)).toEqual(['9', '9']);
});

test('a page that ends before the version stands leaves what it can begin again with (K6)', async () => {
  const counter = await anOlderBrowser();
  const { setItem } = localStorage;
  Object.defineProperty(localStorage, 'setItem', {
    configurable: true,
    value: (key: string, text: string) => {
      if (key.endsWith('/version')) throw new Error('the page ended');
      setItem(key, text);
    },
  });
  await migrateKeptPlaces('device');
  expect(Object.keys(browser.texts)).toContain(`fieldfare/device/${counter}`);
  vi.unstubAllGlobals();
  const left = { ...browser.texts };
  browser = fakeBrowser();
  Object.assign(browser.texts, left);
  await migrateKeptPlaces('device');
  expect((await readAll(counter))[0]).toBe('1');
  expect(Object.keys(browser.texts)).not.toContain(`fieldfare/device/${counter}`);
});

test('local storage of a later version is named, and nothing in the browser changes (K6)', async () => {
  await anOlderBrowser();
  browser.texts['fieldfare/device/version'] = '99';
  const before = structuredClone({ ...browser.texts });
  await expect(refuseLaterKeptPlaces('device')).rejects.toThrow(StoredByLaterVersion);
  await expect(refuseLaterKeptPlaces('device')).rejects.toThrow(
    /local storage \(fieldfare\/device\/version\)/,
  );
  expect({ ...browser.texts }).toEqual(before);
  await refuseLaterKeptPlaces('operator');
});

test('a cache of a later version is named (K6)', async () => {
  browser.caches.set('fieldfare/device/kept', new Map([['/version', '99']]));
  await expect(refuseLaterKeptPlaces('device')).rejects.toThrow(/cache "fieldfare\/device\/kept"/);
});

test('a place that the browser refuses has no say, and the other is migrated (K1, K6)', async () => {
  const counter = await anOlderBrowser();
  vi.stubGlobal('caches', { open: () => Promise.reject(new Error('no caches here')), has: async () => true });
  await refuseLaterKeptPlaces('device');
  await migrateKeptPlaces('device');
  const [, place] = browserKeptPlaces('device', createMemoryRecordStore());
  expect(await place!.get(counter)).toBe('1');
});
