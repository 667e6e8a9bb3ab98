import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WireError } from '../encoding/refusal.ts';
import { checkPath, isWithin, nameFor, textOfName } from './path.ts';

describe('a path (W7)', () => {
  test.each([
    '/',
    '/config',
    '/config/fleet/a b',
    `/${'a'.repeat(256)}`,
    `/${Array(16).fill('a').join('/')}`,
  ])('is taken: %s', (path) => {
    expect(checkPath(path)).toBe(path);
  });

  test.each([
    ['', /does not begin/],
    ['config', /does not begin/],
    ['//', /empty name/],
    ['/config/', /empty name/],
    ['/a//b', /empty name/],
    ['/.', /name "."/],
    ['/a/../b', /name ".."/],
    [`/${'a'.repeat(257)}`, /over 256/],
    [`/${Array(17).fill('a').join('/')}`, /at most 16/],
    ['/a\u0000b', /control character/],
    ['/a\u0085b', /control character/],
    ['/e\u0301', /Unicode NFC/],
  ])('is refused: %j', (path, words) => {
    expect(() => checkPath(path)).toThrow(WireError);
    expect(() => checkPath(path)).toThrow(words);
  });

  test('lies within itself and what is above it, by whole names', () => {
    expect(isWithin('/releases/menu/4', '/releases/menu')).toBe(true);
    expect(isWithin('/releases/menu', '/releases/menu')).toBe(true);
    expect(isWithin('/releases/menus', '/releases/menu')).toBe(false);
    expect(isWithin('/anything', '/')).toBe(true);
  });
});

test('any text is one name of a path, and comes back from it (C2)', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (text) => {
      const name = nameFor(text);
      expect(checkPath(`/config/${name}`)).toBe(`/config/${name}`);
      expect(textOfName(name)).toBe(text.normalize('NFC'));
    }),
  );
  for (const text of ['a/b', '.', '..', '50%', '%2F', 'a\nb']) expect(textOfName(nameFor(text))).toBe(text);
});
