import { IconFile, IconFolder } from '@tabler/icons-react';
import { useState } from 'react';
import { countOf } from '../../components/format.ts';
import type { TreeLine } from './tree-rows.ts';
import type { KnownNames } from './useKnownNames.ts';

interface PathTreeProps {
  readonly lines: readonly TreeLine[];
  readonly chosen: string;
  readonly knownNames: KnownNames;
  readonly onChoose: (path: string) => void;
  readonly onExpand: (path: string, expanded: boolean) => void;
  readonly onMore: (folder: string) => void;
}

/** Paths as folders and names, walked with the arrow keys (ARIA APG, tree view pattern). */
export function PathTree(props: PathTreeProps) {
  const { lines } = props;
  const [walkedTo, setWalkedTo] = useState<string>();
  const keys = lines.map(keyOf);
  // Exactly one line is in the tab order: where the keyboard was, else the chosen one, else the root.
  const stop = [walkedTo, props.chosen].find((key) => key !== undefined && keys.includes(key)) ?? keys[0];

  const activate = (line: TreeLine) => {
    if (line.type === 'more') props.onMore(line.folder);
    else {
      props.onChoose(line.row.path);
      if (line.row.hasChildren && !line.expanded) props.onExpand(line.row.path, true);
    }
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const line = lines[at];
    if (line === undefined) return;
    const open = line.type === 'path' && line.expanded;
    const canOpen = line.type === 'path' && line.row.hasChildren && !line.expanded;
    const walk = (to: number) => items[to]?.focus();
    switch (event.key) {
      case 'ArrowDown':
        walk(at + 1);
        break;
      case 'ArrowUp':
        walk(at - 1);
        break;
      case 'Home':
        walk(0);
        break;
      case 'End':
        walk(items.length - 1);
        break;
      case 'ArrowRight':
        if (canOpen) props.onExpand(keyOf(line), true);
        else if (open) walk(at + 1);
        break;
      case 'ArrowLeft':
        if (open) props.onExpand(keyOf(line), false);
        else walk(lines.findLastIndex((each, index) => index < at && each.level < line.level));
        break;
      case 'Enter':
      case ' ':
        activate(line);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div role="tree" aria-label="Paths of the ledger" className="ff-tree" onKeyDown={onKeyDown}>
      {lines.map((line) => {
        const key = keyOf(line);
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it handles keys
          <div
            key={key}
            role="treeitem"
            aria-level={line.level}
            aria-posinset={line.position}
            aria-setsize={line.siblings}
            aria-selected={key === props.chosen}
            {...(line.type === 'path' && line.row.hasChildren ? { 'aria-expanded': line.expanded } : {})}
            data-path={key}
            tabIndex={key === stop ? 0 : -1}
            className="ff-tree-line"
            style={{ paddingLeft: `${(line.level - 1) * 16 + 4}px` }}
            onFocus={() => setWalkedTo(key)}
            onClick={() => activate(line)}
          >
            {line.type === 'more' ? (
              <span className="ff-tree-more">
                Show more of {countOf(line.hidden, 'further name', 'further names')}
              </span>
            ) : (
              <PathLine line={line} knownNames={props.knownNames} onExpand={props.onExpand} />
            )}
          </div>
        );
      })}
    </div>
  );
}

function PathLine(props: {
  readonly line: Extract<TreeLine, { type: 'path' }>;
  readonly knownNames: KnownNames;
  readonly onExpand: PathTreeProps['onExpand'];
}) {
  const { row, expanded } = props.line;
  const known = props.knownNames(row.name);
  const Icon = row.hasChildren ? IconFolder : IconFile;
  return (
    <>
      <span
        aria-hidden="true"
        className="ff-tree-twist"
        data-expanded={row.hasChildren ? expanded : undefined}
        onClick={(event) => {
          if (!row.hasChildren) return;
          event.stopPropagation();
          props.onExpand(row.path, !expanded);
        }}
      />
      <Icon size={16} stroke={1.75} aria-hidden="true" />
      <span className="ff-tree-name" title={row.name}>
        {known ?? row.name}
      </span>
      {known === undefined ? null : <span className="ff-tree-key">{row.name}</span>}
    </>
  );
}

/** No path has a NUL, so a "more" line never has the key of a path. */
function keyOf(line: TreeLine): string {
  return line.type === 'path' ? line.row.path : `${line.folder}\0more`;
}
