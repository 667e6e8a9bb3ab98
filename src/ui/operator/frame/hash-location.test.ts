import { describe, expect, it } from 'vitest';
import { pathOf, queryOf, withParams } from './hash-location.ts';

describe('the address of a page', () => {
  it('splits path and query inside the fragment', () => {
    expect([pathOf('/devices?site=North&q=a?b'), queryOf('/devices?site=North&q=a?b')]).toEqual([
      '/devices',
      'site=North&q=a?b',
    ]);
    expect([pathOf('/mesh'), queryOf('/mesh')]).toEqual(['/mesh', '']);
  });

  it('keeps other parameters and drops emptied ones', () => {
    expect(withParams('site=North&q=door', { q: '', sort: '-seen' })).toBe('site=North&sort=-seen');
  });
});
