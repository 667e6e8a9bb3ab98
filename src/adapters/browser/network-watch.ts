import type { NetworkWatch } from '../../ports/network-watch.ts';

/** `connection` is the Network Information API's, which not every browser has. */
export function createBrowserNetworkWatch(
  page: EventTarget,
  connection: EventTarget | undefined,
): NetworkWatch {
  return {
    onChange(listener) {
      page.addEventListener('online', listener);
      connection?.addEventListener('change', listener);
      return () => {
        page.removeEventListener('online', listener);
        connection?.removeEventListener('change', listener);
      };
    },
  };
}

/** Where the Network Information API is; TypeScript's own types leave it out. */
export function connectionOf(navigator: Navigator): EventTarget | undefined {
  return (navigator as { readonly connection?: EventTarget }).connection;
}
