import { expect, test } from 'vitest';
import { createPoisonWatch } from './poison-watch.ts';

const bytes = (fill: number) => new Uint8Array(4).fill(fill);

test('a piece that one source sent alone names it when it fails (B7)', () => {
  const watch = createPoisonWatch<string>();
  watch.block(3, 0, bytes(1), 'poisoner');
  watch.block(3, 4, bytes(1), 'poisoner');
  watch.block(4, 0, bytes(1), 'honest');
  expect(watch.failed(3)).toBe('poisoner');
});

test('of several sources, the one that sent other bytes is named once the piece is right (B7)', () => {
  const watch = createPoisonWatch<string>();
  watch.block(3, 0, bytes(1), 'honest');
  watch.block(3, 4, bytes(9), 'poisoner');
  expect(watch.failed(3)).toBeUndefined();
  watch.block(3, 0, bytes(1), 'another');
  watch.block(3, 4, bytes(2), 'another');
  expect(watch.verified(3, Uint8Array.of(1, 1, 1, 1, 2, 2, 2, 2))).toEqual(['poisoner']);
  expect(watch.goodBytes('another')).toBe(8);
  expect(watch.goodBytes('poisoner')).toBe(0);
});

test('evidence is bounded: past 16 MiB no more of it is kept, and nobody is named for want of it', () => {
  const watch = createPoisonWatch<string>();
  const large = new Uint8Array(8 * 1024 * 1024);
  for (const index of [1, 2]) {
    watch.block(index, 0, large, 'honest');
    watch.block(index, large.length, new Uint8Array(large.length).fill(index), 'poisoner');
    expect(watch.failed(index)).toBeUndefined();
  }
  const right = new Uint8Array(large.length * 2);
  expect(watch.verified(2, right)).toEqual([]);
  expect(watch.verified(1, right)).toEqual(['poisoner']);
});
