import { describe, expect, it } from 'vitest';
import { readAudience, toSelector } from './audience.ts';

const nobody = { sites: new Set<string>(), labelText: '', devices: new Set<string>() };

describe('who gets a rollout', () => {
  it('never turns a choice of none into everybody', () => {
    for (const type of ['sites', 'labels', 'devices'] as const) {
      expect(toSelector({ type, ...nobody }).type).toBe('incomplete');
    }
    expect(toSelector({ type: 'all', ...nobody })).toEqual({ type: 'selector', select: {} });
  });

  it('takes only what its own choice says', () => {
    const audience = {
      ...nobody,
      type: 'labels' as const,
      sites: new Set(['North']),
      labelText: 'screen=portrait',
    };
    expect(toSelector(audience)).toEqual({ type: 'selector', select: { labels: { screen: 'portrait' } } });
  });

  it('opens with the devices that a link names', () => {
    const audience = readAudience(new URLSearchParams('devices=b,a,'));
    expect(toSelector(audience)).toEqual({ type: 'selector', select: { devices: ['a', 'b'] } });
    expect(readAudience(new URLSearchParams('')).type).toBe('all');
  });
});
