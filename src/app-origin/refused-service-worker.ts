/**
 * Shows a page no service worker, in the way in which most apps go on: `'serviceWorker' in navigator` is false, so who
 * looks first goes on without; who does not look finds a container in which nothing is registered and `register` rejects
 * as where the user allows none. No such rejection reaches the page's listeners, since apps seldom wait for it.
 */
export function refuseServiceWorkers(page: Window & typeof globalThis): void {
  const refusals = new WeakSet<object>();
  const { prototype } = page.Navigator;

  class RefusedServiceWorkers extends page.EventTarget {
    readonly controller = null;
    /** Never settles, as in every page without a worker. */
    readonly ready = new Promise<never>(() => undefined);
    oncontrollerchange = null;
    onmessage = null;
    onmessageerror = null;

    async register(script: string | URL): Promise<never> {
      const refusal = new page.DOMException(
        `Failed to register a ServiceWorker with script ('${script}'): a release on Fieldfare is served offline as it is.`,
        'NotSupportedError',
      );
      refusals.add(refusal);
      throw refusal;
    }
    async getRegistration(): Promise<undefined> {}
    async getRegistrations(): Promise<readonly never[]> {
      return [];
    }
    startMessages(): void {}
  }

  const refused = new RefusedServiceWorkers();
  Reflect.deleteProperty(prototype, 'serviceWorker');
  Object.setPrototypeOf(
    prototype,
    new Proxy<object>(Object.getPrototypeOf(prototype), {
      get: (target, key, receiver) =>
        key === 'serviceWorker' ? refused : Reflect.get(target, key, receiver),
    }),
  );
  page.addEventListener('unhandledrejection', (event) => {
    const { reason } = event;
    if (typeof reason !== 'object' || reason === null || !refusals.has(reason)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}
