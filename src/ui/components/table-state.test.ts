import { describe, expect, it } from 'vitest';
import {
  createRowSorter,
  pageOf,
  ROWS_PER_PAGE,
  readTableState,
  type SortValue,
  writeTableState,
} from './table-state.ts';

describe('a sorted, paged list', () => {
  it('sorts names as people count, and unknown last both ways', () => {
    const rows = ['kiosk-10', undefined, 'kiosk-9'];
    const sort = createRowSorter();
    expect(sort(rows, (row) => row, false)).toEqual(['kiosk-9', 'kiosk-10', undefined]);
    expect(sort(rows, (row) => row, true)).toEqual(['kiosk-10', 'kiosk-9', undefined]);
  });

  it('is sorted the same whatever it was before, and equal rows keep their order', () => {
    let state = 5;
    const chance = (below: number) => {
      state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647;
      return state % below;
    };
    const value = (): SortValue =>
      [undefined, chance(4), `Till ${chance(12)}`, `till ${chance(12)}`][chance(4)];
    const sort = createRowSorter();
    let rows = Array.from({ length: 40 }, (_, id) => ({ id, value: value() }));
    for (let change = 0; change < 300; change++) {
      const gone = chance(200);
      if (chance(5) === 0) rows = rows.filter(({ id }) => id !== gone).concat({ id: change, value: value() });
      else rows = rows.map((row) => (chance(20) === 0 ? { ...row, value: value() } : row));
      const descending = chance(8) === 0;
      const anew = createRowSorter()(rows, (row) => row.value, descending);
      expect(sort(rows, (row) => row.value, descending)).toEqual(anew);
    }
  });

  it('shows the last page for a page beyond it', () => {
    const rows = Array.from({ length: ROWS_PER_PAGE + 5 }, (_, index) => index);
    expect(pageOf(rows, 9)).toMatchObject({ page: 2, pageCount: 2, firstIndex: ROWS_PER_PAGE });
    expect(pageOf(rows, 9).rows).toHaveLength(5);
    expect(pageOf([], 3)).toMatchObject({ page: 1, pageCount: 1 });
  });

  it('survives the address it writes, and hostile ones', () => {
    const state = { sortKey: 'seen', descending: true, page: 3 };
    const written = new URLSearchParams({ ...writeTableState(state) });
    const fallback = { sortKey: 'name', descending: false };
    expect(readTableState(written, fallback)).toEqual(state);
    expect(readTableState(new URLSearchParams('page=-1e9'), fallback)).toEqual({ ...fallback, page: 1 });
  });
});
