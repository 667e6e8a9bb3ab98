import { expect, it } from 'vitest';
import { NO_WARNINGS } from '../../../core/wire/statement/release-warnings.ts';
import { groupWarnings } from './group-warnings.ts';

it('puts the same warning of several devices together, the one on most devices first', () => {
  const tag = 'It may not reach https://tags.example/t.js';
  const groups = groupWarnings([
    { warnings: { total: 9, kinds: [{ text: 'ResizeObserver loop', count: 9 }] } },
    { warnings: { total: 2, kinds: [{ text: tag, count: 2 }] } },
    { warnings: NO_WARNINGS },
    { warnings: { total: 1, kinds: [{ text: tag, count: 1 }] } },
  ]);
  expect(groups).toEqual([
    { text: tag, devices: 2, times: 3 },
    { text: 'ResizeObserver loop', devices: 1, times: 9 },
  ]);
});
