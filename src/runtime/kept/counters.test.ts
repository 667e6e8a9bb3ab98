import { describe, expect, test } from 'vitest';
import { StorageRefused } from '../../ports/content.ts';
import type { KeptPlace } from '../../ports/kept-place.ts';
import { createCounters } from './counters.ts';

function aPlace() {
  const values = new Map<string, string>();
  let working = true;
  const check = () => {
    if (!working) throw new Error('gone');
  };
  const place: KeptPlace = {
    get: async (name) => {
      check();
      return values.get(name);
    },
    put: async (name, text) => {
      check();
      values.set(name, text);
    },
  };
  return {
    place,
    values,
    fail: () => {
      working = false;
    },
  };
}

describe('a counter never goes back (K1)', () => {
  test('the highest place wins, whichever are cleared or brought back old', async () => {
    const [first, second, third] = [aPlace(), aPlace(), aPlace()];
    const counters = createCounters([first.place, second.place, third.place]);
    await counters.raise('sequence', 7);
    first.values.clear();
    second.values.set('counter/sequence', '3');
    expect(await counters.read('sequence')).toBe(7);
  });

  test('raising to less raises the places that fell behind', async () => {
    const [first, second] = [aPlace(), aPlace()];
    const counters = createCounters([first.place, second.place]);
    await counters.raise('sequence', 7);
    second.values.set('counter/sequence', '2');
    await counters.raise('sequence', 5);
    expect(second.values.get('counter/sequence')).toBe('7');
  });

  test('a place that fails or holds rubbish does not count', async () => {
    const [first, second] = [aPlace(), aPlace()];
    const counters = createCounters([first.place, second.place]);
    await counters.raise('sequence', 4);
    first.fail();
    for (const rubbish of ['NaN', '1e9', ' 7', '-3', '99999999999999999999'])
      second.values.set(`counter/${rubbish}`, rubbish);
    expect(await counters.read('sequence')).toBe(4);
    for (const name of second.values.keys())
      expect(await counters.read(name.slice('counter/'.length))).toBe(name === 'counter/sequence' ? 4 : 0);
    await counters.raise('sequence', 6);
    expect(await counters.read('sequence')).toBe(6);
  });

  test('with no place left it says so instead of going on', async () => {
    const only = aPlace();
    only.fail();
    await expect(createCounters([only.place]).raise('sequence', 1)).rejects.toThrow(StorageRefused);
  });
});
