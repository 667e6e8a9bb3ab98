import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CborValue } from '../wire/encoding/cbor.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { type ConfigScope, type ConfigTree, configPath, configValue, mergedConfig } from './config.ts';
import { kioskKeyProblem } from './kiosk-keys.ts';
import { stripOf } from './strip.ts';

const TILL = {
  device: 'till' as NodeId,
  name: 'Till',
  site: 'Harbour',
  labels: { floor: '2', screen: 'tall' },
};
const SCOPES: readonly ConfigScope[] = [
  { type: 'fleet' },
  { type: 'site', site: 'Harbour' },
  { type: 'site', site: 'Quay' },
  { type: 'label', label: 'floor', value: '2' },
  { type: 'label', label: 'screen', value: 'tall' },
  { type: 'device', device: TILL.device },
];

function treeOf(values: readonly (readonly [ConfigScope, CborValue | undefined])[]): ConfigTree {
  const byPath = new Map(
    values.flatMap(([scope, value]) =>
      value === undefined ? [] : [[configPath(scope, 'strip'), value] as const],
    ),
  );
  return {
    get: (path) =>
      byPath.has(path) ? { content: { body: { value: byPath.get(path)! } } as unknown as Entry } : undefined,
    children: (path) => (byPath.has(`${path}/strip`) ? ['strip'] : []),
  };
}

describe('what a kiosk says over its app (C5)', () => {
  test('is nothing until somebody says otherwise', () => {
    expect(stripOf(treeOf([]), TILL)).toBe('off');
    expect(stripOf(treeOf([[{ type: 'fleet' }, 'all']]), undefined)).toBe('off');
  });

  test('is set like any other key, the nearest scope winning', () => {
    const values: [ConfigScope, CborValue][] = [
      [{ type: 'fleet' }, 'all'],
      [{ type: 'site', site: 'Harbour' }, 'progress'],
    ];
    expect(stripOf(treeOf(values), TILL)).toBe('progress');
    expect(stripOf(treeOf([...values, [{ type: 'device', device: TILL.device }, 'off']]), TILL)).toBe('off');
  });

  test('is nothing where the nearest value is none of the three, whatever stands further away', () => {
    for (const value of ['ALL', true, null, ['all'], 3])
      expect(
        stripOf(
          treeOf([
            [{ type: 'fleet' }, 'all'],
            [{ type: 'site', site: 'Harbour' }, value],
          ]),
          TILL,
        ),
      ).toBe('off');
  });

  test('is told to be wrong to who sets it, and other keys are not', () => {
    expect(kioskKeyProblem('strip', 'loud')).toContain('off, progress or all');
    for (const value of ['off', 'progress', 'all']) expect(kioskKeyProblem('strip', value)).toBe('');
    expect(kioskKeyProblem('theme', 'loud')).toBe('');
  });
});

test('one key is read as the merged config has it (C1)', () => {
  const value = fc.option(fc.constantFrom('off', 'all', 'other'), { nil: undefined });
  fc.assert(
    fc.property(fc.tuple(...SCOPES.map(() => value)), (chosen) => {
      const tree = treeOf(SCOPES.map((scope, at) => [scope, chosen[at]] as const));
      expect(configValue(tree, TILL, 'strip')).toBe(mergedConfig(tree, TILL).get('strip')?.value);
    }),
  );
});
