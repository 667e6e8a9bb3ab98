import { describe, expect, it } from 'vitest';
import { assertOwnRegistration } from './own-registration.ts';
import type { WorkerScope } from './worker-scope.ts';

const ORIGIN = 'https://till:4401';

function scope(script: string, registered: string, module = false): WorkerScope {
  return {
    location: new URL(`${ORIGIN}${script}`),
    registration: { scope: `${ORIGIN}${registered}` },
    importScripts: () => {
      if (module) throw new TypeError('module workers import otherwise');
    },
  } as unknown as WorkerScope;
}

describe('the worker of the app origin (A15)', () => {
  it('runs as the bridge registers it', () => {
    expect(() => assertOwnRegistration(scope('/.fieldfare/service-worker.js', '/'))).not.toThrow();
  });

  it.each([
    ['under a query', '/.fieldfare/service-worker.js?shell=https://evil', '/', false],
    ['under another spelling', '/.fieldfare/%73ervice-worker.js', '/', false],
    ['for a part of the origin', '/.fieldfare/service-worker.js', '/.fieldfare/', false],
    ['for a query of the origin', '/.fieldfare/service-worker.js', '/?q', false],
    ['as a module', '/.fieldfare/service-worker.js', '/', true],
  ] as const)('is not installed %s', (_, script, registered, module) => {
    expect(() => assertOwnRegistration(scope(script, registered, module))).toThrow();
  });
});
