import { describe, expect, test } from 'vitest';
import type { CborValue } from '../wire/encoding/cbor.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { type ConfigScope, type ConfigTree, configPath, mergedConfig, services } from './config.ts';

const BOARD = {
  device: 'board' as NodeId,
  name: 'Board',
  site: 'Quay/North',
  labels: { floor: '2', screen: 'tall' },
};

function treeOf(values: readonly [path: string, value: CborValue][]): ConfigTree {
  const byPath = new Map(values);
  return {
    get: (path) =>
      byPath.has(path) ? { content: { body: { value: byPath.get(path)! } } as unknown as Entry } : undefined,
    children: (path) => [
      ...new Set(
        [...byPath.keys()]
          .filter((key) => key.startsWith(`${path}/`))
          .map((key) => key.slice(path.length + 1).split('/')[0]!),
      ),
    ],
  };
}

const merged = (...values: [ConfigScope, string, CborValue][]) =>
  Object.fromEntries(
    Array.from(
      mergedConfig(treeOf(values.map(([scope, key, value]) => [configPath(scope, key), value])), BOARD),
      ([key, { value }]) => [key, value],
    ),
  );

describe('config is inherited fleet, site, label, device, and the nearest wins (C1)', () => {
  test('each scope overrides the one before it', () => {
    expect(merged([{ type: 'fleet' }, 'theme', 'blue'])).toEqual({ theme: 'blue' });
    expect(
      merged([{ type: 'fleet' }, 'theme', 'blue'], [{ type: 'site', site: 'Quay/North' }, 'theme', 'red']),
    ).toEqual({ theme: 'red' });
    expect(
      merged(
        [{ type: 'device', device: BOARD.device }, 'theme', 'own'],
        [{ type: 'label', label: 'screen', value: 'tall' }, 'theme', 'tall'],
        [{ type: 'fleet' }, 'theme', 'blue'],
      ),
    ).toEqual({ theme: 'own' });
  });

  test('of two labels the one whose name sorts last wins', () => {
    expect(
      merged(
        [{ type: 'label', label: 'screen', value: 'tall' }, 'theme', 'of screen'],
        [{ type: 'label', label: 'floor', value: '2' }, 'theme', 'of floor'],
      ),
    ).toEqual({ theme: 'of screen' });
  });

  test('what is set for others does not reach the device', () => {
    expect(
      merged(
        [{ type: 'site', site: 'Quay' }, 'theme', 'x'],
        [{ type: 'label', label: 'screen', value: 'wide' }, 'theme', 'y'],
        [{ type: 'device', device: 'other' as NodeId }, 'theme', 'z'],
      ),
    ).toEqual({});
  });

  test('a key may have any characters and comes back as it was written', () => {
    expect(merged([{ type: 'fleet' }, 'a/b%c', 1])).toEqual({ 'a/b%c': 1 });
  });
});

const printer = { address: 'ipp://10.0.0.9/print', note: 'behind the bar' };

test('a name that is no percent-encoding stands for itself, so that one odd path cannot stop a device', () => {
  const found = services(
    treeOf([
      ['/services/%FF', printer],
      ['/services/50%', printer],
    ]),
  );
  expect([...found.keys()]).toEqual(['%FF', '50%']);
});

describe('a service (C3)', () => {
  test('is found by its name', () => {
    expect(services(treeOf([['/services/printer', printer]])).get('printer')).toEqual(printer);
  });

  test('is handed to releases with its address and note alone, and only where it has both', () => {
    const found = services(
      treeOf([
        ['/services/more', { ...printer, password: 'secret' }],
        ['/services/none', 7],
        ['/services/no-address', { note: '' }],
        ['/services/empty', { address: '', note: '' }],
        ['/services/spaced', { address: 'a b', note: '' }],
        ['/services/forged', { address: 'a\u0000b', note: '' }],
        ['/services/long', { address: 'a'.repeat(501), note: '' }],
        ['/services/wordy', { address: 'a', note: 'a'.repeat(501) }],
        ['/services/deep/down', printer],
      ]),
    );
    expect([...found]).toEqual([['more', printer]]);
  });
});
