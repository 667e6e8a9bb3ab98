import type { CounterPlace } from '../../ports/counters.ts';
import type { RecordStore } from '../../ports/stores.ts';

/** Three stores of a browser that are cleared, corrupted and restored apart from each other. */
export function browserCounterPlaces(page: string, records: RecordStore): readonly CounterPlace[] {
  return [inRecords(records), inLocalStorage(page), inCache(page)];
}

function inRecords(records: RecordStore): CounterPlace {
  return {
    get: async (name) => asNumber(await records.get(`counter/${name}`)),
    put: (name, value) => records.put({ [`counter/${name}`]: value }),
  };
}

function inLocalStorage(page: string): CounterPlace {
  const key = (name: string) => `fieldfare/${page}/counter/${name}`;
  return {
    get: async (name) => asNumber(Number(localStorage.getItem(key(name)) ?? undefined)),
    put: async (name, value) => localStorage.setItem(key(name), String(value)),
  };
}

function inCache(page: string): CounterPlace {
  const open = () => caches.open(`fieldfare/${page}/counters`);
  const address = (name: string) => `/counter/${encodeURIComponent(name)}`;
  return {
    get: async (name) => {
      const response = await (await open()).match(address(name));
      return response && asNumber(Number(await response.text()));
    },
    put: async (name, value) => (await open()).put(address(name), new Response(String(value))),
  };
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
