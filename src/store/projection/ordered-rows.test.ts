import { expect, test } from 'vitest';
import { createRandom } from '../fixture/random.ts';
import { createOrderedRows } from './ordered-rows.ts';

interface Row {
  readonly key: string;
  readonly rank: number;
}
const compare = (a: Row, b: Row) => a.rank - b.rank || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

test('rows stand in their order after any changes, and the array is the same one while there are none', () => {
  const random = createRandom(3);
  const ordered = createOrderedRows<Row>(({ key }) => key, compare);
  const model = new Map<string, Row>();
  for (let round = 0; round < 200; round++) {
    const before = ordered.rows();
    // Now few, now many: both ways to apply them.
    for (let change = random() < 0.5 ? 2 : 60; change > 0; change--) {
      const key = `row ${Math.floor(random() * 200)}`;
      const known = model.get(key);
      if (random() < 0.1) {
        ordered.delete(key);
        model.delete(key);
      } else {
        const row = known !== undefined && random() < 0.5 ? known : { key, rank: Math.floor(random() * 50) };
        ordered.set(row);
        model.set(key, row);
      }
    }
    const rows = ordered.rows();
    const expected = [...model.values()].sort(compare);
    expect(rows).toEqual(expected);
    const known = new Map(before.map((row) => [row.key, row]));
    for (const row of rows) if (known.get(row.key)?.rank === row.rank) expect(row).toBe(known.get(row.key));
    const isSame = before.length === rows.length && rows.every((row, at) => row === before[at]);
    expect(rows === before).toBe(isSame);
  }
});

test('a row that goes and was not there changes nothing', () => {
  const ordered = createOrderedRows<Row>(({ key }) => key, compare);
  ordered.set({ key: 'a', rank: 1 });
  const rows = ordered.rows();
  ordered.delete('b');
  expect(ordered.rows()).toBe(rows);
});

test('a row that goes and comes back the same between two looks has kept its identity', () => {
  const ordered = createOrderedRows<Row>(({ key }) => key, compare);
  ordered.set({ key: 'a', rank: 1 });
  const rows = ordered.rows();
  ordered.delete('a');
  ordered.set({ key: 'a', rank: 1 });
  expect(ordered.rows()).toBe(rows);
  ordered.set({ key: 'a', rank: 2 });
  ordered.set({ key: 'a', rank: 1 });
  expect(ordered.rows()).toBe(rows);
});
