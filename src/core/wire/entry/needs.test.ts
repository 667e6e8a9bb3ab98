import { expect, test } from 'vitest';
import type { ReleaseId } from '../encoding/ids.ts';
import { readNeeds } from './needs.ts';
import { readRolloutBody, rolloutBody } from './rollout.ts';

const RELEASE = 'A'.repeat(43) as ReleaseId;
const body = rolloutBody({ release: RELEASE, select: { sites: ['Lobby'] } });
const lacking = (more: object) => readRolloutBody({ ...body, ...more }).lacking;

test('what a rollout asks for beyond this version is read beside what this version knows (W10)', () => {
  expect(readRolloutBody({ ...body, needs: ['waves'], waves: [1, 5] })).toEqual({
    release: RELEASE,
    select: { sites: ['Lobby'] },
    lacking: ['waves'],
  });
});

test('a condition that is not known is one that is lacking, also where nobody says so (W10)', () => {
  expect(lacking({ select: { sites: ['Lobby'], hardware: ['arm'] } })).toEqual(['select hardware']);
  expect(lacking({ select: { hardware: 1 }, needs: ['waves'] })).toEqual(['waves', 'select hardware']);
});

test('fields that are not asked for change nothing', () => {
  expect(lacking({ note: 'for the harbour' })).toEqual([]);
  expect(readNeeds(body)).toEqual([]);
});

test.each([
  ['is no list', 'waves'],
  ['is empty', []],
  ['has 17 names', Array.from({ length: 17 }, (_, at) => `n${at}`)],
  ['has a name of 65 characters', ['n'.repeat(65)]],
  ['has a name with a line break', ['a\nb']],
  ['has a number', [1]],
])('every version refuses a list of needs that %s (W10)', (_, needs) => {
  expect(() => lacking({ needs })).toThrow(/need/);
});

test('a body of another kind is no rollout (W10)', () => {
  expect(() => readRolloutBody({ ...body, kind: 'release' })).toThrow('not that of a rollout');
  expect(() => readRolloutBody({ ...body, kind: null })).toThrow('not that of a rollout');
});
