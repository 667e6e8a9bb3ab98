import { expect, test } from 'vitest';
import { grantTo } from '../../ledger/testing/entry-writer.ts';
import { WireError } from '../encoding/refusal.ts';
import { isKnownRole, readGrantBody, readRole } from './grant.ts';

const read = (roles: readonly string[]) => readGrantBody({ ...grantTo(['gina']), roles });

test('a grant is read with the roles of a later version, under the names that it gives them (L5)', () => {
  const { roles } = read(['gate', 'operator', 'x'.repeat(32)]);
  expect(roles).toEqual(['gate', 'operator', 'x'.repeat(32)]);
  expect(roles.filter(isKnownRole)).toEqual(['operator']);
  expect(read(Array.from({ length: 16 }, (_, at) => 'g'.repeat(at + 1))).roles).toHaveLength(16);
});

test('a grant is written with its roles in the order of their names', () => {
  expect(grantTo(['gina'], { roles: ['operator', readRole('gate')] }).roles).toEqual(['gate', 'operator']);
});

test.each<[string, readonly string[]]>([
  ['no role', []],
  ['a role twice', ['gate', 'gate']],
  ['17 roles', Array.from({ length: 17 }, (_, at) => 'g'.repeat(at + 1))],
  ['a role of 33 characters', ['g'.repeat(33)]],
  ['a role that is no name', ['-gate']],
  ['a role in capitals', ['Operator']],
  // Attack: who was granted a role of that name would be shown as a holder of the root.
  ['the root', ['operator', 'root']],
])('a grant of %s is refused (L5)', (_, roles) => {
  expect(() => read(roles)).toThrow(WireError);
});
