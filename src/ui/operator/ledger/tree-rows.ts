import type { TreeRow } from '../../../store/ledger-model.ts';

/** One visible line of the tree. */
export type TreeLine =
  | {
      readonly type: 'path';
      readonly row: TreeRow;
      /** From 1, as `aria-level`. */
      readonly level: number;
      readonly position: number;
      readonly siblings: number;
      readonly expanded: boolean;
    }
  /** Stands for the names of `folder` that are not drawn. */
  | {
      readonly type: 'more';
      readonly folder: string;
      readonly level: number;
      readonly position: number;
      readonly siblings: number;
      readonly hidden: number;
    };

/** Names drawn of one folder before a person asks for more; a guess: more of them make opening a folder of 10,000 devices slow. */
export const NAMES_AT_ONCE = 200;

/** The lines that a person sees: the root, and what lies below each expanded folder. Folders are read when they are expanded. */
export function visibleLines(tree: {
  readonly root: TreeRow;
  readonly children: (path: string) => readonly TreeRow[];
  readonly expanded: ReadonlySet<string>;
  /** How many names of a folder to draw, where it is more than at once. */
  readonly shown: ReadonlyMap<string, number>;
}): readonly TreeLine[] {
  const lines: TreeLine[] = [];
  const add = (row: TreeRow, level: number, position: number, siblings: number) => {
    const expanded = row.hasChildren && tree.expanded.has(row.path);
    lines.push({ type: 'path', row, level, position, siblings, expanded });
    if (!expanded) return;
    const children = tree.children(row.path);
    const drawn = children.slice(0, tree.shown.get(row.path) ?? NAMES_AT_ONCE);
    const hidden = children.length - drawn.length;
    const below = hidden > 0 ? drawn.length + 1 : drawn.length;
    drawn.forEach((child, index) => {
      add(child, level + 1, index + 1, below);
    });
    if (hidden > 0)
      lines.push({
        type: 'more',
        folder: row.path,
        level: level + 1,
        position: below,
        siblings: below,
        hidden,
      });
  };
  add(tree.root, 1, 1, 1);
  return lines;
}
