import { shareEqual } from './structural-sharing.ts';

/** Rows in an order, in an array that stays the same until the content of one of them changes. */
export interface OrderedRows<Row> {
  /** Each row is the one of the last time where its content is the same, whatever it was in between. */
  rows(): readonly Row[];
  get(key: string): Row | undefined;
  /** Puts it in the place of the one that has its key. */
  set(row: Row): void;
  delete(key: string): void;
}

/** A few changes among so many times as many rows are looked up one by one; more of them are merged in one pass. */
const FEW = 32;

/** `compare` is a total order: 0 for rows of one key alone. */
export function createOrderedRows<Row extends object>(
  keyOf: (row: Row) => string,
  compare: (a: Row, b: Row) => number,
): OrderedRows<Row> {
  const byKey = new Map<string, Row>();
  let list: readonly Row[] = [];
  /** What the list has in the place of rows that changed since it was made. */
  const listed = new Map<string, Row | undefined>();

  const change = (key: string, row: Row | undefined) => {
    const before = byKey.get(key);
    if (before === row) return;
    if (!listed.has(key)) listed.set(key, before);
    if (row === undefined) byKey.delete(key);
    else byKey.set(key, row);
  };

  const changed = () => {
    const came = Array.from(listed.keys(), (key) => byKey.get(key));
    return {
      gone: [...listed.values()].filter((row) => row !== undefined),
      came: came.filter((row) => row !== undefined).sort(compare),
    };
  };

  /** Copies what lies between the changes piece by piece. */
  const spliced = (): readonly Row[] => {
    const { gone, came } = changed();
    const edits = [
      ...came.map((row) => ({ at: placeOf(list, row, compare), row })),
      ...gone.map((row) => ({ at: placeOf(list, row, compare), row: undefined })),
    ].sort((a, b) => a.at - b.at);
    const pieces: (readonly Row[])[] = [];
    let from = 0;
    for (const { at, row } of edits) {
      if (at > from) pieces.push(list.slice(from, at));
      if (row !== undefined) pieces.push([row]);
      from = Math.max(from, row === undefined ? at + 1 : at);
    }
    return ([] as Row[]).concat(...pieces, list.slice(from));
  };

  const merged = (): readonly Row[] => {
    const { gone, came } = changed();
    const isGone = new Set(gone);
    const next: Row[] = [];
    let at = 0;
    for (const row of list) {
      if (isGone.has(row)) continue;
      while (at < came.length && compare(came[at]!, row) < 0) next.push(came[at++]!);
      next.push(row);
    }
    return next.concat(came.slice(at));
  };

  /** A row that is not the one of before stays itself: other lists have it too, and it has to be the same one in all of them. */
  const dropUnchanged = () => {
    for (const [key, before] of listed) {
      const row = byKey.get(key);
      if (shareEqual(before, row) !== before) continue;
      if (before !== undefined) byKey.set(key, before);
      listed.delete(key);
    }
  };

  return {
    rows: () => {
      dropUnchanged();
      if (listed.size === 0) return list;
      list = listed.size * FEW <= list.length ? spliced() : merged();
      listed.clear();
      return list;
    },
    get: (key) => byKey.get(key),
    set: (row) => change(keyOf(row), row),
    delete: (key) => change(key, undefined),
  };
}

/** Of the first row that does not come before `row`, by bisection. */
function placeOf<Row>(rows: readonly Row[], row: Row, compare: (a: Row, b: Row) => number): number {
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(rows[middle]!, row) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
