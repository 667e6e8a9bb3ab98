import { describe, expect, test } from 'vitest';
import type { NodeId } from '../wire/encoding/ids.ts';
import { configPath } from './config.ts';
import { DATA_KEYS, dataPolicyOf, dataProblem } from './product-data.ts';

const device = { device: 'a'.repeat(43) as NodeId, name: 'till', site: 'Harbour', labels: {} };

const policyWith = (values: Readonly<Record<string, unknown>>) => {
  const bodies = new Map(
    Object.entries(values).map(([key, value]) => [configPath({ type: 'fleet' }, key), { value }]),
  );
  return dataPolicyOf(
    {
      get: (path) => (bodies.has(path) ? ({ content: { body: bodies.get(path) } } as never) : undefined),
      children: () => [],
    },
    device,
  );
};

describe('what the config says of the data of apps (C8)', () => {
  test('is what it sets, and nothing more', () => {
    expect(policyWith({})).toEqual({});
    expect(policyWith({ 'data-copy-mb': 40 })).toEqual({ maxCopyBytes: 40_000_000 });
    expect(policyWith({ 'data-other-product': 'keep', 'data-without-copy': 'clear' })).toEqual({
      keepsOthers: true,
      mayBeCleared: true,
    });
  });

  test.each([
    ['data-copy-mb', -1],
    ['data-copy-mb', '40'],
    ['data-copy-mb', 2 ** 40],
    ['data-other-product', true],
    ['data-without-copy', 'keep'],
  ])('another value of %s is none, and the dashboard says so: %j', (key, value) => {
    expect(policyWith({ [key]: value })).toEqual({});
    expect(dataProblem(key, value)).toContain(key);
  });

  test('of the values that do something, and of other keys, there is nothing to say', () => {
    for (const [key, value] of [
      ['data-copy-mb', 0],
      ['data-other-product', 'keep'],
      ['data-without-copy', 'clear'],
      ['greeting', -1],
    ] as const)
      expect(dataProblem(key, value)).toBe('');
    expect([...DATA_KEYS.keys()]).toEqual(['data-copy-mb', 'data-other-product', 'data-without-copy']);
  });

  test('of a device that was never admitted, nothing', () => {
    expect(dataPolicyOf({ get: () => undefined, children: () => [] }, undefined)).toEqual({});
  });
});
