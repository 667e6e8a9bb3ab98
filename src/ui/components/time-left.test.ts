import { describe, expect, it } from 'vitest';
import { formatTimeLeft } from './time-left.ts';

describe('the time that is left', () => {
  it('is what the rest takes at the rate so far', () => {
    expect(formatTimeLeft(100, 300, 2_000)).toBe('about 4 s left');
    expect(formatTimeLeft(10, 1_000, 2_000)).toBe('about 3 min left');
  });

  it('is not guessed from nothing, and never below a second', () => {
    expect(formatTimeLeft(10, 1_000, 900)).toBe('');
    expect(formatTimeLeft(0, 1_000, 9_000)).toBe('');
    expect(formatTimeLeft(1_000, 1_000, 9_000)).toBe('');
    expect(formatTimeLeft(999, 1_000, 9_000)).toBe('about 1 s left');
  });
});
