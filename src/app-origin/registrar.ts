import { WORKER_SCRIPT_PATH } from './protocol.ts';

/** Keeps the app origin's one registration: our worker, for the whole origin. */
export interface Registrar {
  /** Resolves once the worker serves, with the server gone too; rejects when it cannot be had. */
  register(): Promise<ServiceWorkerRegistration>;
  /** False when the registration is gone, or another one is beside it. */
  isIntact(): Promise<boolean>;
}

const SCOPE = '/';
/**
 * As the bridge registers it first, then as a release may have left it. Each twice: where the server answers, the first
 * makes Chromium note the new way in a registration that it goes on to drop, and the second takes that back.
 */
const WAYS: readonly RegistrationOptions[] = (['classic', 'module'] as const).flatMap((type) =>
  (['none', 'imports', 'all'] as const).flatMap((updateViaCache) => {
    const way = { scope: SCOPE, type, updateViaCache };
    return [way, way];
  }),
);

/**
 * Attack: a release calls `unregister()` with the server away. Chromium keeps a registration whose pages still live, and
 * gives it back to who registers it in the very same way without asking the server; the bridge is such a page, so it
 * tries each way in which a release can have registered it.
 */
export function createRegistrar(workers: ServiceWorkerContainer, origin: string): Registrar {
  const isOurs = ({ scope, installing, waiting, active }: ServiceWorkerRegistration) =>
    scope === `${origin}${SCOPE}` &&
    [installing, waiting, active].every(
      (worker) => worker === null || worker.scriptURL === `${origin}${WORKER_SCRIPT_PATH}`,
    );

  async function registerAnyWay(): Promise<ServiceWorkerRegistration> {
    let refused: unknown = new Error(`${WORKER_SCRIPT_PATH} does not stay registered`);
    for (const way of WAYS) {
      const registration = await workers.register(WORKER_SCRIPT_PATH, way).catch((error: unknown) => {
        refused = error;
      });
      // Neither success nor failure of the call tells whether a registration exists now.
      const standing = await workers.getRegistration(SCOPE);
      if (standing && isOurs(standing) && (registration || standing.active)) return standing;
    }
    throw refused;
  }

  return {
    async register() {
      for (const registration of await workers.getRegistrations())
        if (!isOurs(registration)) await registration.unregister();
      const registration = await registerAnyWay();
      await untilActive(registration);
      await registration.navigationPreload?.disable();
      return registration;
    },
    async isIntact() {
      const all = await workers.getRegistrations();
      return all.length === 1 && all.every(isOurs);
    },
  };
}

async function untilActive({ installing, waiting, active }: ServiceWorkerRegistration): Promise<void> {
  const newest = installing ?? waiting ?? active;
  if (newest === null || newest.state === 'activated') return;
  await new Promise<void>((resolve, reject) => {
    newest.addEventListener('statechange', () => {
      if (newest.state === 'activated') resolve();
      if (newest.state === 'redundant')
        reject(new Error(`${WORKER_SCRIPT_PATH} could not be installed: see that it is served whole`));
    });
  });
}
