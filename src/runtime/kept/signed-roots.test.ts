import { describe, expect, test } from 'vitest';
import { createMemoryKeptPlace } from '../../adapters/memory/kept-place.ts';
import { type EntryId, type FleetId, idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { StorageRefused } from '../../ports/content.ts';
import type { KeptPlace } from '../../ports/kept-place.ts';
import { createSignedRoots } from './signed-roots.ts';

const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const FLEET = idFromBytes<FleetId>(bytes(1));
const KEY = idFromBytes<NodeId>(bytes(2));
const [FIRST, SECOND, THIRD] = [3, 4, 5].map((fill) => idFromBytes<EntryId>(bytes(fill))) as [
  EntryId,
  EntryId,
  EntryId,
];
const NO_PLACE: KeptPlace = {
  get: () => Promise.reject(new Error('gone')),
  put: () => Promise.reject(new Error('gone')),
};

const rootsIn = (...places: readonly KeptPlace[]) => createSignedRoots(places, FLEET, KEY);

describe('which root of a version a key has signed (K4)', () => {
  test('is remembered by any place that is left', async () => {
    const places = [createMemoryKeptPlace(), createMemoryKeptPlace(), createMemoryKeptPlace()];
    await rootsIn(...places).note(2, FIRST, undefined);
    for (const place of places) {
      const left = rootsIn(NO_PLACE, createMemoryKeptPlace(), place);
      expect(await left.of(2)).toEqual([FIRST]);
      await expect(left.note(2, SECOND, undefined)).rejects.toThrow(WireError);
    }
  });

  test('stands against another one only: again the same, or of another version, is fine', async () => {
    const roots = rootsIn(createMemoryKeptPlace());
    await roots.note(2, FIRST, undefined);
    await roots.note(2, FIRST, undefined);
    await roots.note(3, SECOND, undefined);
    expect([await roots.of(2), await roots.of(3)]).toEqual([[FIRST], [SECOND]]);
  });

  test('gives way to another only when exactly that one is said to be destroyed', async () => {
    const roots = rootsIn(createMemoryKeptPlace());
    await roots.note(2, FIRST, undefined);
    await expect(roots.note(2, SECOND, THIRD)).rejects.toThrow(FIRST.slice(0, 8));
    await roots.note(2, SECOND, FIRST);
    expect(await roots.of(2)).toEqual([SECOND]);
  });

  test('counts in every place: where two of them disagree, both stand against a third', async () => {
    const [one, other] = [createMemoryKeptPlace(), createMemoryKeptPlace()];
    await rootsIn(one).note(2, FIRST, undefined);
    await rootsIn(other).note(2, SECOND, undefined);
    const both = rootsIn(one, other);
    expect(await both.of(2)).toEqual([FIRST, SECOND]);
    await expect(both.note(2, THIRD, FIRST)).rejects.toThrow(SECOND.slice(0, 8));
    await expect(both.note(2, FIRST, undefined)).rejects.toThrow(SECOND.slice(0, 8));
  });

  test('is not signed at all where it cannot be remembered', async () => {
    await expect(rootsIn(NO_PLACE).note(2, FIRST, undefined)).rejects.toThrow(StorageRefused);
  });

  test('of another key or fleet is another matter, and rubbish is nothing', async () => {
    const place = createMemoryKeptPlace();
    await rootsIn(place).note(2, FIRST, undefined);
    expect(await createSignedRoots([place], idFromBytes<FleetId>(bytes(9)), KEY).of(2)).toEqual([]);
    expect(await createSignedRoots([place], FLEET, idFromBytes<NodeId>(bytes(9))).of(2)).toEqual([]);
    await place.put(`root/${FLEET}/${KEY}/2`, 'rubbish');
    expect(await rootsIn(place).of(2)).toEqual([]);
  });
});
