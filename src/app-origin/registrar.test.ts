import { describe, expect, it } from 'vitest';
import { createRegistrar } from './registrar.ts';

const ORIGIN = 'https://till:4401';
const OURS = `${ORIGIN}/.fieldfare/service-worker.js`;

/** Registrations as Chromium keeps them. */
function browser(server: 'there' | 'away') {
  const standing = new Map<string, ServiceWorkerRegistration>();
  const way = (options: RegistrationOptions) => `${options.type} ${options.updateViaCache}`;
  /** How the registration was made that went, while its pages live. */
  let gone: string | undefined;

  const put = (scope: string, scriptURL: string) => {
    const active = { scriptURL, state: 'activated' };
    const registration = {
      scope: `${ORIGIN}${scope}`,
      installing: null,
      waiting: null,
      active,
      unregister: async () => standing.delete(scope),
    };
    standing.set(scope, registration as unknown as ServiceWorkerRegistration);
    return standing.get(scope)!;
  };
  const workers = {
    getRegistrations: async () => [...standing.values()],
    getRegistration: async (scope: string) => standing.get(scope),
    register: async (script: string, options: RegistrationOptions) => {
      if (gone === way(options)) return put('/', `${ORIGIN}${script}`);
      if (server === 'away') throw new TypeError('the script could not be fetched');
      if (gone === undefined) return put('/', `${ORIGIN}${script}`);
      gone = way(options);
      // What Chromium gives in this case is not registered.
      return {} as ServiceWorkerRegistration;
    },
  };
  return {
    registrar: createRegistrar(workers as unknown as ServiceWorkerContainer, ORIGIN),
    put,
    drop: (madeBy: string) => {
      standing.clear();
      gone = madeBy;
    },
    scopes: () => [...standing.keys()],
  };
}

describe('the bridge keeps the worker registered (A16)', () => {
  it.each(['classic none', 'classic all', 'module imports'])(
    'also with the server away, after a release that registered it as %s took it off',
    async (way) => {
      const { registrar, drop } = browser('away');
      drop(way);
      expect(await registrar.isIntact()).toBe(false);
      expect((await registrar.register()).active?.scriptURL).toBe(OURS);
      expect(await registrar.isIntact()).toBe(true);
    },
  );

  it('and does not take for one what the browser gives and does not keep', async () => {
    const { registrar, drop } = browser('there');
    drop('classic all');
    await registrar.register();
    expect(await registrar.isIntact()).toBe(true);
  });

  it('and notices one that stands beside it, for a part of the origin', async () => {
    const { registrar, put } = browser('there');
    await registrar.register();
    expect(await registrar.isIntact()).toBe(true);
    put('/menu/', OURS);
    expect(await registrar.isIntact()).toBe(false);
  });

  it('and takes off what is registered besides, for another part or with another script', async () => {
    const { registrar, put, scopes } = browser('there');
    put('/', `${ORIGIN}/other.js`);
    put('/.fieldfare/', OURS);
    expect(await registrar.isIntact()).toBe(false);
    expect((await registrar.register()).active?.scriptURL).toBe(OURS);
    expect(scopes()).toEqual(['/']);
  });

  it('and goes on with the one that is there when the server is away', async () => {
    const { registrar, put } = browser('away');
    put('/', OURS);
    expect((await registrar.register()).active?.scriptURL).toBe(OURS);
  });

  it('and says why it cannot', async () => {
    await expect(browser('away').registrar.register()).rejects.toThrow('the script could not be fetched');
  });
});
