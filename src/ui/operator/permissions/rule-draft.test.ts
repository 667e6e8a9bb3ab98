import { expect, test } from 'vitest';
import { readPermissionRule } from '../../../core/config/permission-rule.ts';
import { draftOf, OPEN_DRAFT, problemWithRule, valueOfDraft } from './rule-draft.ts';

test('a new rule withholds nothing, and what is changed in it is what devices read', () => {
  expect(readPermissionRule(valueOfDraft(OPEN_DRAFT))).toMatchObject({ reach: 'any', popups: 'any' });
  const draft = {
    reach: { type: 'named', typed: ' https://api.example.com\n\nwss://*.example.com ' },
    popups: { type: 'none', typed: 'https://left.example' },
    powers: ['camera'],
  } as const;
  const rule = readPermissionRule(valueOfDraft(draft));
  expect(rule).toEqual({
    reach: ['https://api.example.com', 'wss://*.example.com'],
    popups: [],
    powers: ['camera'],
  });
  expect(readPermissionRule(valueOfDraft(draftOf(rule)))).toEqual(rule);
  expect(problemWithRule(draft)).toBe('');
});

test('a rule that devices could not read is refused before it is signed', () => {
  const named = (typed: string) => ({ ...OPEN_DRAFT, reach: { type: 'named' as const, typed } });
  expect(problemWithRule(named(''))).toContain('Name an address');
  expect(problemWithRule(named('http://api.example.com'))).toContain('https://');
});
