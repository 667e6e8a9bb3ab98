import { expect, test } from 'vitest';
import { type ConfigScope, configPath } from '../../../core/config/config.ts';
import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import { createFixture } from '../../../store/fixture/fixture.ts';
import { listConfigKeys, readConfigPath } from './config-keys.ts';

test.each<[ConfigScope, string]>([
  [{ type: 'fleet' }, 'theme'],
  [{ type: 'site', site: 'Quay/North 100%' }, 'opening hours'],
  [{ type: 'label', label: 'a/b', value: '..' }, 'c/d'],
  [{ type: 'device', device: 'k-_1' as NodeId }, '%FF'],
])('the path of %j and its key %s is read back', (scope, key) => {
  expect(readConfigPath(configPath(scope, key))).toEqual({ scope, key });
});

test.each(['/config', '/config/fleet', '/config/fleet/a/b', '/config/other/a', '/services/a', '/'])(
  '%s is no key of a scope',
  (path) => {
    expect(readConfigPath(path)).toBeUndefined();
  },
);

test('keys of every scope are listed, and follow what is set and removed', async () => {
  const { commands, store } = createFixture({ seed: 1, nowMs: 0, devices: 1 });
  const scope: ConfigScope = { type: 'label', label: 'screen', value: 'tall' };
  const keys = () =>
    listConfigKeys(commands.ledger.read()).map((row) => `${row.scope.type} ${row.key} ${row.text}`);
  const before = keys();
  const revision = store.getState().ledgerRevision;
  await commands.config.set({ scope, key: 'columns', value: 3 });
  expect(keys()).toContain('label columns 3');
  expect(store.getState().ledgerRevision).toBeGreaterThan(revision);
  await commands.config.set({ scope, key: 'columns', value: undefined });
  expect(keys()).toEqual(before);
  expect(new Set(before.map((key) => key.split(' ')[0]))).toEqual(
    new Set(['fleet', 'site', 'label', 'device']),
  );
});
