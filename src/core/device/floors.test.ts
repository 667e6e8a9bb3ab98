import { describe, expect, test } from 'vitest';
import type { ReleaseId } from '../wire/encoding/ids.ts';
import { MAX_FLOORS } from '../wire/kept/high-water-mark.ts';
import { type Floors, highestFloors, joinFloors } from './floors.ts';

const floor = (counter: number, release = `release-${counter}`) => ({
  counter,
  release: release as ReleaseId,
});

describe('the floor that a release must exceed (D3)', () => {
  const floors: Floors = { menu: [floor(9), floor(7), floor(3)], till: [floor(12)] };

  test('is the highest of its own product', () => {
    expect(highestFloors(floors, 'menu', [])).toEqual([floor(9)]);
    expect(highestFloors(floors, 'till', [])).toEqual([floor(12)]);
    expect(highestFloors(floors, 'board', [])).toEqual([]);
  });

  test('is the next one when the highest does not count any more, and none when none does', () => {
    const id = (counter: number) => floor(counter).release;
    expect(highestFloors(floors, 'menu', [id(9)])).toEqual([floor(7)]);
    expect(highestFloors(floors, 'menu', [id(7)])).toEqual([floor(9)]);
    expect(highestFloors(floors, 'menu', [id(9), id(7), id(3)])).toEqual([]);
  });

  test('of two releases with one counter is either', () => {
    const twins: Floors = { menu: [floor(9, 'a'), floor(9, 'b'), floor(2)] };
    expect(highestFloors(twins, 'menu', [])).toEqual([floor(9, 'a'), floor(9, 'b')]);
  });
});

describe('floors of two places together (K2)', () => {
  test('are all of both, the highest first, a release once', () => {
    expect(joinFloors({ menu: [floor(3)], till: [floor(1)] }, { menu: [floor(5), floor(3)] })).toEqual({
      menu: [floor(5), floor(3)],
      till: [floor(1)],
    });
  });

  test('are in one order wherever they came from', () => {
    const joined = joinFloors({ till: [floor(1)], menu: [floor(4, 'b')] }, { menu: [floor(4, 'a')] });
    expect(Object.keys(joined)).toEqual(['menu', 'till']);
    expect(joined.menu).toEqual([floor(4, 'a'), floor(4, 'b')]);
  });

  test('keep the highest where there are more than fit', () => {
    const many = Array.from({ length: MAX_FLOORS + 3 }, (_, counter) => floor(counter));
    const { menu } = joinFloors({ menu: many }, {});
    expect(menu).toHaveLength(MAX_FLOORS);
    expect(menu?.[0]).toEqual(floor(MAX_FLOORS + 2));
    expect(menu?.at(-1)).toEqual(floor(3));
  });
});
