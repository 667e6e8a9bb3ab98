import { describe, expect, it } from 'vitest';
import { pageOf, ROWS_PER_PAGE, readTableState, sortRows, writeTableState } from './table-state.ts';

describe('a sorted, paged list', () => {
  it('sorts names as people count, and unknown last both ways', () => {
    const rows = ['kiosk-10', undefined, 'kiosk-9'];
    expect(sortRows(rows, (row) => row, false)).toEqual(['kiosk-9', 'kiosk-10', undefined]);
    expect(sortRows(rows, (row) => row, true)).toEqual(['kiosk-10', 'kiosk-9', undefined]);
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
