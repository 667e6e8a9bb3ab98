import { expect, test } from 'vitest';
import { shareEqual, shareRows } from './structural-sharing.ts';

test('what is the same in content keeps its identity, at any depth, and what is not takes the new content', () => {
  const before = { a: { b: [1, { c: 2 }] }, d: { e: 3 }, f: new Map([['g', { h: 4 }]]) };
  const after = { a: { b: [1, { c: 2 }] }, d: { e: 5 }, f: new Map([['g', { h: 4 }]]) };
  const shared = shareEqual(before, after);
  expect(shared).toEqual(after);
  expect(shared.a).toBe(before.a);
  expect(shared.f).toBe(before.f);
  expect(shared.d).not.toBe(before.d);
  expect(shareEqual(before, structuredClone(before))).toBe(before);
});

test('a field that is absent is another content than one that is undefined, and one too many is too', () => {
  const absent: object = {};
  const undefinedField = { a: undefined };
  expect(shareEqual(absent, undefinedField)).toBe(undefinedField);
  expect(shareEqual(undefinedField, absent)).toBe(absent);
  expect(shareEqual({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
  expect(shareEqual([1, 2], [1])).toEqual([1]);
  expect(shareEqual(new Map([[1, undefined]]), new Map())).toEqual(new Map());
});

test('what was there is not written to', () => {
  const after = Object.freeze({ a: Object.freeze({ b: 1 }), c: 2 });
  const before = { a: { b: 1 }, c: 3 };
  expect(shareEqual(before, after)).toEqual({ a: { b: 1 }, c: 2 });
});

test('rows are known by their keys, wherever they stand', () => {
  const before = [
    { key: 'a', value: 1 },
    { key: 'b', value: 2 },
  ];
  const after = [
    { key: 'c', value: 3 },
    { key: 'a', value: 1 },
    { key: 'b', value: 4 },
  ];
  const shared = shareRows(before, after, ({ key }) => key);
  expect(shared).toEqual(after);
  expect(shared[1]).toBe(before[0]);
  expect(shareRows(before, structuredClone(before), ({ key }) => key)).toBe(before);
});
