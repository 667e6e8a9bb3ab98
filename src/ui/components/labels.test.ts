import { describe, expect, it } from 'vitest';
import { formatLabels, parseLabels } from './labels.ts';

describe('labels as text', () => {
  it('reads back what it writes, whatever the order and the spaces', () => {
    const labels = { screen: 'portrait', floor: '2' };
    expect(formatLabels(labels)).toBe('floor=2, screen=portrait');
    expect(parseLabels(' screen = portrait ,floor=2, ')).toEqual({ type: 'labels', labels });
  });

  it('says what is wrong with a label that has no value, no key, or a twin', () => {
    for (const text of ['screen', '=portrait', 'screen=', 'a=1, a=2']) {
      expect(parseLabels(text).type).toBe('problem');
    }
  });

  it('takes no text for no labels', () => {
    expect(parseLabels('  ')).toEqual({ type: 'labels', labels: {} });
  });
});
