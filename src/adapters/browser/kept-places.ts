import { higherCounter, RECORDS_VERSION } from '../../core/wire/kept/records-version.ts';
import { StoredByLaterVersion } from '../../ports/content.ts';
import type { KeptPlace } from '../../ports/kept-place.ts';
import type { RecordStore } from '../../ports/stores.ts';

/** Three stores of a browser that are cleared, corrupted and restored apart from each other. */
export function browserKeptPlaces(page: string, records: RecordStore): readonly KeptPlace[] {
  return [inRecords(records), inLocalStorage(page), inCache(page)];
}

/**
 * Rejects with StoredByLaterVersion when local storage or the cache is of a later version (K6). To be asked before any store is opened: a
 * browser that lost its databases may have kept these. A place that cannot be read has no say.
 */
export async function refuseLaterKeptPlaces(page: string): Promise<void> {
  for (const { where, version } of [localStorageVersion(page), cacheVersion(page)])
    if ((await version.get().catch(() => 1)) > RECORDS_VERSION) throw new StoredByLaterVersion(where);
}

/**
 * Brings local storage and the cache to this version, each apart from the other. What was there goes only when its place is taken, so that
 * a page that ends meanwhile leaves the old or both. A place that refuses stays as it is, as one that takes nothing does (K1).
 */
export async function migrateKeptPlaces(page: string): Promise<void> {
  await Promise.allSettled([migrateLocalStorage(page), migrateCache(page)]);
}

function inRecords(records: RecordStore): KeptPlace {
  return {
    get: async (name) => asText(await records.get(`kept/${name}`)),
    put: (name, text) => records.put({ [`kept/${name}`]: text }),
  };
}

function inLocalStorage(page: string): KeptPlace {
  const key = (name: string) => `fieldfare/${page}/kept/${name}`;
  return {
    get: async (name) => localStorage.getItem(key(name)) ?? undefined,
    put: async (name, text) => localStorage.setItem(key(name), text),
  };
}

function inCache(page: string): KeptPlace {
  const open = () => caches.open(`fieldfare/${page}/kept`);
  const address = (name: string) => `/kept/${encodeURIComponent(name)}`;
  return {
    get: async (name) => (await (await open()).match(address(name)))?.text(),
    put: async (name, text) => (await open()).put(address(name), new Response(text)),
  };
}

interface PlaceVersion {
  readonly where: string;
  readonly version: { get(): Promise<number>; put(): Promise<void> };
}

function localStorageVersion(page: string): PlaceVersion {
  const key = `fieldfare/${page}/version`;
  return {
    where: `this browser's local storage (${key})`,
    version: {
      get: async () => versionOf(localStorage.getItem(key) ?? undefined),
      put: async () => localStorage.setItem(key, String(RECORDS_VERSION)),
    },
  };
}

function cacheVersion(page: string): PlaceVersion {
  const name = `fieldfare/${page}/kept`;
  const address = '/version';
  return {
    where: `this browser's cache "${name}"`,
    version: {
      get: async () => versionOf(await (await (await caches.open(name)).match(address))?.text()),
      put: async () => (await caches.open(name)).put(address, new Response(String(RECORDS_VERSION))),
    },
  };
}

async function migrateLocalStorage(page: string): Promise<void> {
  const { version } = localStorageVersion(page);
  const from = await version.get();
  const old = `fieldfare/${page}/counter/`;
  const names = from >= 2 ? [] : Object.keys(localStorage).filter((key) => key.startsWith(old));
  const place = inLocalStorage(page);
  for (const name of names)
    await moveCounter(place, name.slice(old.length), localStorage.getItem(name) ?? '');
  if (from < RECORDS_VERSION) await version.put();
  for (const name of names) localStorage.removeItem(name);
}

async function migrateCache(page: string): Promise<void> {
  const { version } = cacheVersion(page);
  const from = await version.get();
  const old = `fieldfare/${page}/counters`;
  const place = inCache(page);
  if (from < 2 && (await caches.has(old))) {
    const cache = await caches.open(old);
    for (const request of await cache.keys()) {
      const name = /\/counter\/(.*)$/.exec(request.url)?.[1] ?? '';
      await moveCounter(place, decodeURIComponent(name), (await (await cache.match(request))?.text()) ?? '');
    }
  }
  if (from < RECORDS_VERSION) await version.put();
  if (from < 2) await caches.delete(old);
}

async function moveCounter(place: KeptPlace, name: string, text: string): Promise<void> {
  const kept = `counter/${name}`;
  if (/^\d{1,16}$/.test(text)) await place.put(kept, higherCounter(text, await place.get(kept)));
}

/** 1 for a place without a version; what says none of ours is no later one. */
function versionOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 1;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
