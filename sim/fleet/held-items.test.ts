import { expect, test } from 'vitest';
import type { ItemId } from '../../src/core/wire/link/item.ts';
import { createHeldItems } from './held-items.ts';

const item = (name: string) => name as ItemId;

test('a snapshot stays as it was, and tells what the other end has beyond it', () => {
  const ledger = new Set([item('a'), item('b')]);
  const here = createHeldItems(ledger);
  const there = createHeldItems(ledger);
  const newcomer = createHeldItems(new Set());
  here.add(item('c'));
  const then = here.snapshot();
  here.add(item('d'));
  expect([...here]).toEqual(['a', 'b', 'c', 'd']);
  expect(then.has(item('b'))).toBe(true);
  expect(then.has(item('d'))).toBe(false);
  there.add(item('d'));
  expect(there.beyond(then)).toEqual(['d']);
  expect(here.beyond(newcomer.snapshot())).toEqual(['a', 'b', 'c', 'd']);
});
