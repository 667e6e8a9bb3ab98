import { describe, expect, test } from 'vitest';
import { aimOf, formatReport, spreadOf } from './report.ts';

describe('figures', () => {
  test('the spread is the median between the least and the most, in any order', () => {
    expect(spreadOf([9, 1, 5])).toEqual({ median: 5, least: 1, most: 9 });
    expect(spreadOf([10, 2, 4, 3])).toEqual({ median: 3.5, least: 2, most: 10 });
    expect(() => spreadOf([])).toThrow(RangeError);
  });

  test('an aim holds at its bound, and is missed beyond it on the wrong side only', () => {
    const aim = { name: 'x', unit: 'ms', aim: 10 };
    expect(aimOf({ ...aim, value: 10, direction: 'atMost' }).holds).toBe(true);
    expect(aimOf({ ...aim, value: 11, direction: 'atMost' }).holds).toBe(false);
    expect(aimOf({ ...aim, value: 11, direction: 'atLeast' }).holds).toBe(true);
    expect(aimOf({ ...aim, value: 9, direction: 'atLeast' }).holds).toBe(false);
  });

  test('a missed aim is shown as missed', () => {
    const aims = [aimOf({ name: 'speed', value: 9, unit: 'MiB/s', aim: 10, direction: 'atLeast' })];
    expect(formatReport({ rows: [{ ids: 5, ms: spreadOf([1, 2, 3]) }], aims })).toBe(
      'ids  ms\n5    2 (1-3)\n\nMISSED  speed: 9 MiB/s (at least 10)',
    );
  });
});
