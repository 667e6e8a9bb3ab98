import { describe, expect, test } from 'vitest';
import { createMemoryKeptPlace } from '../../adapters/memory/kept-place.ts';
import { type EntryId, type FleetId, idFromBytes } from '../../core/wire/encoding/ids.ts';
import { EMPTY_MARK, encodeHighWaterMark, type HighWaterMark } from '../../core/wire/kept/high-water-mark.ts';
import { StorageRefused } from '../../ports/content.ts';
import type { KeptPlace } from '../../ports/kept-place.ts';
import { createHighWater } from './high-water.ts';

const FLEET = idFromBytes<FleetId>(new Uint8Array(32).fill(1));
const OTHER = idFromBytes<FleetId>(new Uint8Array(32).fill(2));
const id = (fill: number) => idFromBytes<EntryId>(new Uint8Array(32).fill(fill));

function markOf(counter: number): HighWaterMark {
  return {
    floors: { menu: [{ counter, release: id(counter) }] },
    beacons: [],
    ledger: { entries: counter, newest: [id(counter)] },
  };
}

const NO_PLACE: KeptPlace = {
  get: () => Promise.reject(new Error('gone')),
  put: () => Promise.reject(new Error('gone')),
};

describe('what a node has reached, in several places (K2)', () => {
  test('comes back from any one of them, and the highest wins', async () => {
    const places = [createMemoryKeptPlace(), createMemoryKeptPlace(), createMemoryKeptPlace()];
    await createHighWater(places).raise(FLEET, markOf(7));
    for (const place of places) {
      expect((await createHighWater([place]).read(FLEET)).ledger.entries).toBe(7);
      const older = createMemoryKeptPlace();
      await createHighWater([older]).raise(FLEET, markOf(3));
      expect((await createHighWater([older, NO_PLACE, place]).read(FLEET)).floors.menu?.[0]?.counter).toBe(7);
    }
  });

  test('raising mends the places that fell behind, and never lowers one', async () => {
    const [first, second] = [createMemoryKeptPlace(), createMemoryKeptPlace()];
    await createHighWater([first]).raise(FLEET, markOf(7));
    await createHighWater([first, second]).raise(FLEET, markOf(5));
    expect((await createHighWater([second]).read(FLEET)).floors.menu?.map(({ counter }) => counter)).toEqual([
      7, 5,
    ]);
  });

  test('a place that gives back half of it does not count', async () => {
    const [whole, half] = [createMemoryKeptPlace(), createMemoryKeptPlace()];
    await createHighWater([whole]).raise(FLEET, markOf(2));
    await half.put(`mark/${FLEET}`, encodeHighWaterMark(markOf(9)).slice(0, 60));
    expect(await createHighWater([whole, half]).read(FLEET)).toEqual(markOf(2));
  });

  test('fleets are apart, and one that is left is forgotten', async () => {
    const highWater = createHighWater([createMemoryKeptPlace()]);
    await highWater.raise(FLEET, markOf(7));
    expect(await highWater.read(OTHER)).toEqual(EMPTY_MARK);
    await highWater.forget(FLEET);
    expect(await highWater.read(FLEET)).toEqual(EMPTY_MARK);
  });

  test('with no place left it says so', async () => {
    await expect(createHighWater([NO_PLACE]).raise(FLEET, markOf(1))).rejects.toThrow(StorageRefused);
  });
});
