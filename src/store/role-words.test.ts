import { expect, test } from 'vitest';
import { readRole } from '../core/wire/entry/grant.ts';
import { wordsForRoles } from './role-words.ts';

test('a role of a later version is told by its name, and that it is of a later version (W12)', () => {
  expect(wordsForRoles(['root', 'operator', readRole('gate')])).toBe(
    'root, operator, gate (of a later version)',
  );
});
