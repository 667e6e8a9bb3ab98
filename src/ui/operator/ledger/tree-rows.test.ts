import { describe, expect, test } from 'vitest';
import type { TreeRow } from '../../../store/ledger-model.ts';
import { NAMES_AT_ONCE, type TreeLine, visibleLines } from './tree-rows.ts';

const row = (path: string, hasChildren: boolean): TreeRow => ({
  name: path.slice(path.lastIndexOf('/') + 1),
  path,
  hasValue: !hasChildren,
  hasChildren,
  setBy: '',
  action: '',
});

const FOLDERS: Readonly<Record<string, readonly TreeRow[]>> = {
  '/': [row('/config', true), row('/devices', true)],
  '/config': [row('/config/theme', false)],
  '/devices': Array.from({ length: NAMES_AT_ONCE + 5 }, (_, index) => row(`/devices/${index}`, false)),
};

const linesOf = (expanded: readonly string[], shown = new Map<string, number>(), read: string[] = []) =>
  visibleLines({
    root: row('/', true),
    children: (path) => {
      read.push(path);
      return FOLDERS[path] ?? [];
    },
    expanded: new Set(expanded),
    shown,
  });
const pathOf = (line: TreeLine) => (line.type === 'path' ? line.row.path : `${line.hidden} more`);

describe('the lines of the tree', () => {
  test('are what expanded folders hold, and no other folder is read', () => {
    const read: string[] = [];
    expect(linesOf(['/', '/config'], new Map(), read).map(pathOf)).toEqual([
      '/',
      '/config',
      '/config/theme',
      '/devices',
    ]);
    expect(read).toEqual(['/', '/config']);
  });

  test('say at which level and place of how many they stand', () => {
    const [, config] = linesOf(['/']);
    expect(config).toMatchObject({ level: 2, position: 1, siblings: 2, expanded: false });
  });

  test('end a large folder with what is left out, until more is asked for', () => {
    expect(linesOf(['/', '/devices']).map(pathOf).at(-1)).toBe('5 more');
    const all = linesOf(['/', '/devices'], new Map([['/devices', 2 * NAMES_AT_ONCE]]));
    expect(all.map(pathOf).at(-1)).toBe(`/devices/${NAMES_AT_ONCE + 4}`);
  });
});
