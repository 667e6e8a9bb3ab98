import { expect, test } from 'vitest';
import { beginSession } from './begin-session.ts';

function storageOf(kept: Map<string, string>): Pick<Window, 'sessionStorage'> {
  return {
    sessionStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      clear: () => kept.clear(),
    } as unknown as Storage,
  };
}

test('session storage lasts for a run: the pages of one share it, and the next finds none of it (A19)', () => {
  const kept = new Map([['of', 'an earlier run']]);
  const page = storageOf(kept);
  beginSession(page, 'run 1');
  expect(kept.has('of')).toBe(false);
  kept.set('step', '2');
  beginSession(page, 'run 1');
  expect(kept.get('step')).toBe('2');
  beginSession(page, '');
  expect(kept.get('step')).toBe('2');
  beginSession(page, 'run 2');
  expect(kept.has('step')).toBe(false);
});

test('a page without storage starts all the same', () => {
  const page = {
    get sessionStorage(): Storage {
      throw new DOMException('', 'SecurityError');
    },
  };
  expect(() => beginSession(page, 'run 1')).not.toThrow();
});
