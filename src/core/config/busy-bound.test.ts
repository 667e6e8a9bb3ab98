import { describe, expect, test } from 'vitest';
import type { CborValue } from '../wire/encoding/cbor.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { BUSY_KEY, busyBoundMs } from './busy-bound.ts';
import { type ConfigTree, configPath } from './config.ts';
import { kioskKeyProblem } from './kiosk-keys.ts';

const TILL = { device: 'till' as NodeId, name: 'Till', site: 'Harbour', labels: {} };

const treeOf = (value: CborValue): ConfigTree => ({
  get: (path) =>
    path === configPath({ type: 'site', site: 'Harbour' }, BUSY_KEY)
      ? { content: { body: { value } } as unknown as Entry }
      : undefined,
  children: () => [],
});

describe('for how long a busy release holds up a switch (C6)', () => {
  test.each([
    [0, 0],
    [5, 300_000],
    ['5', 300_000],
    [1_440, 86_400_000],
  ])('%o is %i ms', (set, boundMs) => {
    expect(busyBoundMs(treeOf(set), TILL)).toBe(boundMs);
    expect(kioskKeyProblem(BUSY_KEY, set)).toBe('');
  });

  test.each<CborValue>([-1, 1_441, '5.5', 'soon', '', true, null, [5]])(
    '%o is as if nothing were set, and the dashboard refuses it',
    (set) => {
      expect(busyBoundMs(treeOf(set), TILL)).toBeUndefined();
      expect(kioskKeyProblem(BUSY_KEY, set)).toMatch(/whole number from 0 to 1440/);
    },
  );

  test('is not said of a device that nobody admitted, nor of keys of releases', () => {
    expect(busyBoundMs(treeOf(5), undefined)).toBeUndefined();
    expect(kioskKeyProblem('greeting', 'soon')).toBe('');
  });
});
