import { describe, expect, it } from 'vitest';
import { statusOfRollout } from './rollout-status.ts';

const none = { matched: 3, committed: 0, underway: 0, failed: 0, waiting: 3 };

describe('a rollout in one word', () => {
  it('shows a failure before progress', () => {
    const counts = { ...none, underway: 1, failed: 1, waiting: 1 };
    expect(statusOfRollout({ standing: 'active', counts })).toEqual({ tone: 'bad', label: '1 failed' });
  });

  it('says first that it does not count', () => {
    expect(statusOfRollout({ standing: 'void', counts: { ...none, failed: 1 } })).toEqual({
      tone: 'bad',
      label: 'Does not count',
    });
  });

  it('says that it was taken back, which is no fault', () => {
    expect(statusOfRollout({ standing: 'taken-back', counts: none })).toEqual({
      tone: 'still',
      label: 'Taken back',
    });
  });

  it('does not call devices that are away underway', () => {
    expect(statusOfRollout({ standing: 'active', counts: none }).tone).toBe('still');
  });

  it('is complete only when every matched device committed, and never when none match', () => {
    const all = { matched: 3, committed: 3, underway: 0, failed: 0, waiting: 0 };
    expect(statusOfRollout({ standing: 'active', counts: all }).label).toBe('Complete');
    const empty = { ...all, matched: 0, committed: 0 };
    expect(statusOfRollout({ standing: 'active', counts: empty }).tone).toBe('unknown');
  });
});
