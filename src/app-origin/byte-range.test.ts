import { expect, it } from 'vitest';
import { byteRangeOf } from './byte-range.ts';

it.each([
  [null, 'whole'],
  ['bytes=0-', { start: 0, end: 10 }],
  ['bytes=2-4', { start: 2, end: 5 }],
  ['bytes=2-999', { start: 2, end: 10 }],
  ['bytes=-3', { start: 7, end: 10 }],
  ['bytes=-30', { start: 0, end: 10 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=4-2', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=0-1,3-4', 'whole'],
  ['lines=0-1', 'whole'],
] as const)('of ten bytes, %s means %o', (header, range) => {
  expect(byteRangeOf(header, 10)).toEqual(range);
});
