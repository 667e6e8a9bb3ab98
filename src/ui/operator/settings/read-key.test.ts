import { expect, test } from 'vitest';
import { readKey } from './read-key.ts';

test('a pasted key may have space around it, and must have all its characters', () => {
  const key = 'A'.repeat(43);
  expect(readKey(` ${key}\n`)).toBe(key);
  for (const text of ['', key.slice(1), `${key}A`, `${key.slice(1)}!`]) expect(readKey(text)).toBeUndefined();
});
