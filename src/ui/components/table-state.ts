export interface TableState {
  readonly sortKey: string;
  readonly descending: boolean;
  /** From 1. */
  readonly page: number;
}

export type SortValue = string | number | undefined;

/** Rows a page; a guess: fewer mean more paging, more make a key press in the filter of 10,000 rows slow. */
export const ROWS_PER_PAGE = 50;

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

interface Placed {
  readonly value: SortValue;
  readonly index: number;
}

/**
 * Sorts one list again and again as its rows change. The order hangs on the values alone, so while they stay the same nothing is compared,
 * and else the sort begins at the last order, in which little is out of place.
 */
export function createRowSorter(): <Row>(
  rows: readonly Row[],
  sortBy: ((row: Row) => SortValue) | undefined,
  descending: boolean,
) => readonly Row[] {
  let placed: readonly Placed[] = [];
  let values: readonly SortValue[] = [];
  let wasDescending: boolean | undefined;
  return (rows, sortBy, descending) => {
    if (sortBy === undefined) return rows;
    const before = values;
    values = rows.map(sortBy);
    const isSame =
      wasDescending === descending &&
      values.length === before.length &&
      values.every((value, index) => value === before[index]);
    if (!isSame) {
      const start = values.length === placed.length ? placed.map(({ index }) => index) : values.keys();
      placed = Array.from(start, (index) => ({ value: values[index], index })).sort(inOrder(descending));
      wasDescending = descending;
    }
    return placed.map(({ index }) => rows[index]!);
  };
}

/** Sorted by value; what is unknown comes last in both directions. Equal rows keep their order. */
function inOrder(descending: boolean): (left: Placed, right: Placed) => number {
  const sign = descending ? -1 : 1;
  return (left, right) => {
    const [a, b] = [left.value, right.value];
    if (a === b) return left.index - right.index;
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * COLLATOR.compare(String(a), String(b)) || left.index - right.index;
  };
}

export interface TablePage<Row> {
  readonly rows: readonly Row[];
  readonly page: number;
  readonly pageCount: number;
  readonly firstIndex: number;
}

/** The page asked for, or the nearest that exists. */
export function pageOf<Row>(rows: readonly Row[], page: number): TablePage<Row> {
  const pageCount = Math.max(1, Math.ceil(rows.length / ROWS_PER_PAGE));
  const held = Math.min(Math.max(1, page), pageCount);
  const firstIndex = (held - 1) * ROWS_PER_PAGE;
  return { rows: rows.slice(firstIndex, firstIndex + ROWS_PER_PAGE), page: held, pageCount, firstIndex };
}

/** Reads a state out of an address: "sort=-seen&page=2", both keys after `prefix`. Anything else means the default. */
export function readTableState(
  params: URLSearchParams,
  fallback: Omit<TableState, 'page'>,
  prefix = '',
): TableState {
  const sort = params.get(`${prefix}sort`) ?? '';
  const page = Number(params.get(`${prefix}page`) ?? '1');
  return {
    ...(sort === '' ? fallback : { sortKey: sort.replace(/^-/, ''), descending: sort.startsWith('-') }),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

export function writeTableState(state: TableState, prefix = ''): Readonly<Record<string, string>> {
  return {
    [`${prefix}sort`]: `${state.descending ? '-' : ''}${state.sortKey}`,
    [`${prefix}page`]: state.page === 1 ? '' : String(state.page),
  };
}
