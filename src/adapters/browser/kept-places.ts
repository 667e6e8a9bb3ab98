import type { KeptPlace } from '../../ports/kept-place.ts';
import type { RecordStore } from '../../ports/stores.ts';

/** Three stores of a browser that are cleared, corrupted and restored apart from each other. */
export function browserKeptPlaces(page: string, records: RecordStore): readonly KeptPlace[] {
  return [inRecords(records), inLocalStorage(page), inCache(page)];
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

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
