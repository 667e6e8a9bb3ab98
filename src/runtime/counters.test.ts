import { describe, expect, test } from 'vitest';
import { StorageRefused } from '../ports/content.ts';
import type { CounterPlace } from '../ports/counters.ts';
import { createCounters } from './counters.ts';

function aPlace() {
  const values = new Map<string, number>();
  let working = true;
  const check = () => {
    if (!working) throw new Error('gone');
  };
  const place: CounterPlace = {
    get: async (name) => {
      check();
      return values.get(name);
    },
    put: async (name, value) => {
      check();
      values.set(name, value);
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
    second.values.set('sequence', 3);
    expect(await counters.read('sequence')).toBe(7);
  });

  test('raising to less raises the places that fell behind', async () => {
    const [first, second] = [aPlace(), aPlace()];
    const counters = createCounters([first.place, second.place]);
    await counters.raise('sequence', 7);
    second.values.set('sequence', 2);
    await counters.raise('sequence', 5);
    expect(second.values.get('sequence')).toBe(7);
  });

  test('a place that fails or holds rubbish does not count', async () => {
    const [first, second] = [aPlace(), aPlace()];
    const counters = createCounters([first.place, second.place]);
    await counters.raise('sequence', 4);
    first.fail();
    second.values.set('other', Number.NaN);
    expect(await counters.read('sequence')).toBe(4);
    expect(await counters.read('other')).toBe(0);
    await counters.raise('sequence', 6);
    expect(await counters.read('sequence')).toBe(6);
  });

  test('with no place left it says so instead of going on', async () => {
    const only = aPlace();
    only.fail();
    await expect(createCounters([only.place]).raise('sequence', 1)).rejects.toThrow(StorageRefused);
  });
});
