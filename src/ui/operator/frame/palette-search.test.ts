import { describe, expect, it } from 'vitest';
import { findItems, type PaletteItem } from './palette-search.ts';

function item(title: string, kind: string): PaletteItem {
  return { path: `/${title}`, title, kind, words: '' };
}

describe('find anything', () => {
  const items = [
    item('Menu door', 'device, North'),
    item('door 2', 'device, South'),
    item('Devices', 'page'),
  ];

  it('wants every word, in any order and case', () => {
    expect(findItems(items, 'NORTH door').map(({ title }) => title)).toEqual(['Menu door']);
  });

  it('puts what starts with the text first', () => {
    expect(findItems(items, 'door').map(({ title }) => title)).toEqual(['door 2', 'Menu door']);
  });

  it('offers the first items before anything is typed', () => {
    expect(findItems(items, ' ')).toHaveLength(3);
  });
});
