/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

declare const self: ServiceWorkerGlobalScope;

/** Where the server says what is where: needed at every start, so the last answer is kept for starts without it. */
const SITE_PATH = '/fieldfare.json';
const SITE_CACHE = 'fieldfare-site';

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);

registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/kiosk.html'), { allowlist: [/^\/kiosk(?:\.html)?(?:\?|$)/] }),
);
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: [/^\/fieldfare\.json/, /^\/assets\//],
  }),
);

registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname === SITE_PATH,
  async ({ request }) => {
    const cache = await caches.open(SITE_CACHE);
    try {
      const answer = await fetch(request, { cache: 'no-store' });
      if (answer.ok) await cache.put(SITE_PATH, answer.clone());
      return answer;
    } catch (unreachable) {
      const kept = await cache.match(SITE_PATH);
      if (kept === undefined) throw unreachable;
      return kept;
    }
  },
);

// The page that installs the first worker is not controlled by it, and may be offline from the next start on.
self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(SITE_CACHE)
      .then((cache) => cache.add(new Request(SITE_PATH, { cache: 'no-store' })))
      .catch(() => {}),
  );
});

// A new worker waits for the page's word: a release may be running, and one shell must not mix files of two builds.
self.addEventListener('message', (event) => {
  if (isSkipWaiting(event.data)) void self.skipWaiting();
});

function isSkipWaiting(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'skip-waiting'
  );
}
