import { describe, expect, it } from 'vitest';
import { countOf, formatAgo, formatBytes, formatPercent, formatSince, formatSpan } from './format.ts';

describe('numbers as people read them', () => {
  it('keeps sizes to three digits and grows the unit at 1024', () => {
    expect([0, 1023, 1024, 18_842, 1_100_000_000].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.00 KiB',
      '18.4 KiB',
      '1.02 GiB',
    ]);
  });

  it('names spans by their largest whole unit', () => {
    expect([0, 59_999, 60_000, 3_599_999, 86_400_000 * 12].map(formatSpan)).toEqual([
      '1 s',
      '59 s',
      '1 min',
      '59 min',
      '12 d',
    ]);
  });

  it('takes a time in the future for now', () => {
    expect(formatAgo(5_000, 1_000)).toBe('just now');
    expect(formatAgo(0, 180_000)).toBe('3 min ago');
  });

  it('says since when by the time, the day, or the date', () => {
    const now = new Date(2027, 2, 12, 14, 5).getTime();
    const since = (...at: [number, number, number, number?]) => formatSince(new Date(...at).getTime(), now);
    expect(since(2027, 2, 12, 0)).toMatch(/^since (0|12):?/);
    expect(since(2027, 2, 11, 23)).toBe('since Thursday');
    expect(since(2027, 2, 6)).toBe('since Saturday');
    expect(since(2027, 2, 5, 23)).toMatch(/^since .*2027/);
    expect(since(2027, 2, 13)).not.toMatch(/day/);
  });

  it('rounds neither to nothing nor to everything', () => {
    expect(formatPercent(1, 10_000)).toBe('<1 %');
    expect(formatPercent(9_999, 10_000)).toBe('99 %');
    expect(formatPercent(10, 10)).toBe('100 %');
    expect(formatPercent(0, 0)).toBe('0 %');
  });

  it('counts in words that agree', () => {
    expect(countOf(1, 'device')).toBe('1 device');
    expect(countOf(2_000, 'device')).toBe('2,000 devices');
  });
});
