import { describe, expect, it } from 'vitest';
import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import { describeSelector, namesWholeFleet, takesLateComers } from './describe-selector.ts';
import { groupByReason } from './group-by-reason.ts';

describe('what went wrong, grouped', () => {
  it('puts the most frequent reason first and names a missing one', () => {
    const rows = ['disk full', '', 'hash mismatch', 'hash mismatch'].map((reason, id) => ({ id, reason }));
    expect(groupByReason(rows).map(({ reason, rows: { length } }) => [reason, length])).toEqual([
      ['hash mismatch', 2],
      ['No reason was given', 1],
      ['disk full', 1],
    ]);
  });
});

describe('who a rollout is for, in words', () => {
  it('tells the whole fleet from anything narrower', () => {
    expect(namesWholeFleet({})).toBe(true);
    expect(namesWholeFleet({ labels: {} })).toBe(true);
    expect(namesWholeFleet({ sites: ['North'] })).toBe(false);
    expect(describeSelector({})).toBe('All devices');
    expect(describeSelector({ sites: ['North', 'South'], labels: { screen: 'portrait' } })).toBe(
      'Sites North, South; screen=portrait',
    );
  });

  it('knows that a list of devices stays as it is', () => {
    expect(takesLateComers({ devices: ['a' as NodeId] })).toBe(false);
    expect(takesLateComers({ sites: ['North'] })).toBe(true);
  });
});
