import type { CachedItem, DataItem } from './data-item.ts';

/** Each cache before what is in it. Rejects for an answer that scripts may not read, as one of another host without CORS. */
export async function* readCaches(caches: CacheStorage): AsyncGenerator<DataItem> {
  for (const name of await caches.keys()) {
    yield { type: 'cache', name };
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      if (response === undefined) continue;
      if (response.type === 'opaque' || response.type === 'opaqueredirect')
        throw new Error(`the cache "${name}" holds an answer of ${request.url} that no script may read`);
      const { status, statusText } = response;
      yield {
        type: 'cached',
        cache: name,
        url: request.url,
        requestHeaders: [...request.headers],
        status,
        statusText,
        headers: [...response.headers],
        body: response.body === null ? null : await response.blob(),
      };
    }
  }
}

/** The answer is the same to a page but for `url` and `type`, which no script can set. */
export async function writeCached(caches: CacheStorage, item: CachedItem): Promise<void> {
  const { status, statusText } = item;
  const request = new Request(item.url, { headers: pairs(item.requestHeaders) });
  const response = new Response(item.body, { status, statusText, headers: pairs(item.headers) });
  await (await caches.open(item.cache)).put(request, response);
}

export async function deleteCaches(caches: CacheStorage): Promise<void> {
  for (const name of await caches.keys()) await caches.delete(name);
}

function pairs(headers: CachedItem['headers']): [string, string][] {
  return headers.map(([name, value]) => [name, value]);
}
