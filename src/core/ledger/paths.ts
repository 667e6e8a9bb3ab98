import type { EntryId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { isWithin } from '../wire/entry/path.ts';
import { readModeBody } from '../wire/entry/tree.ts';
import type { AcceptedEntry, Entries } from './accepted.ts';
import { createBitSet } from './bitset.ts';
import { type Explanation, explainPath } from './explanation.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { addTo, createPathFold, foldedValue, type PathFold, refold, winnerOf } from './path-fold.ts';
import { contentOf, type PathDeps } from './path-rule.ts';
import type { Reachability } from './reachability.ts';
import type { Standings } from './standing.ts';
import { createTree, type Tree } from './view.ts';

type PathChanged = Extract<LedgerEvent, { type: 'path-changed' }>;

/** All paths with their entries, folded entry by entry (L16, L17). */
export interface Paths {
  readonly tree: Tree;
  /** Takes in an accepted entry whose arrival gave these entries, itself among them, another standing. */
  add(item: AcceptedEntry, changed: readonly AcceptedEntry[]): readonly PathChanged[];
  heads(path: string): readonly EntryId[];
  explain(path: string): Explanation;
}

export function createPaths(ledger: {
  readonly entries: Entries;
  readonly standings: Standings;
  readonly depthOf: (item: AcceptedEntry) => number;
  readonly reachability: Reachability;
}): Paths {
  const { entries, standings, depthOf, reachability } = ledger;
  const tree = createTree();
  const folds = new Map<string, PathFold>();
  /** Modes are settled apart from the content of their path. */
  const modes = new Map<string, PathFold>();
  const candidates = createBitSet();
  const modeCandidates = createBitSet();
  /** Reverts and links, by the entry that they show. */
  const showing = new Map<EntryId, AcceptedEntry[]>();

  /** Of several modes that freeze the path that of least id, so that every node names the same one. */
  const frozenBy = (item: AcceptedEntry): EntryId | undefined => {
    if (modes.size === 0) return undefined;
    return scopesOf(item.entry.path)
      .map((scope) => freezing(modes.get(scope)))
      .filter((mode) => mode !== undefined)
      .filter((mode) => depthOf(item) >= depthOf(mode) && !reachability.pastOf(mode.entry.id).has(item.index))
      .map(({ entry }) => entry.id)
      .sort()[0];
  };

  const deps: PathDeps = {
    entries,
    standing: standings.of,
    depth: depthOf,
    // A mode is settled among the modes of its path, so that thawing needs no exception.
    frozenBy: (item) => (item.entry.action === 'mode' ? undefined : frozenBy(item)),
  };

  const foldAt = (item: AcceptedEntry): PathFold => {
    const isMode = item.entry.action === 'mode';
    const all = isMode ? modes : folds;
    const fold = all.get(item.entry.path) ?? createPathFold(isMode ? modeCandidates : candidates);
    all.set(item.entry.path, fold);
    return fold;
  };

  const noteShown = (item: AcceptedEntry) => {
    const shown = contentOf(item.entry, entries);
    if (shown !== undefined && shown !== item.entry) append(showing, shown.id, item);
  };

  const publish = (paths: Iterable<string>): readonly PathChanged[] => {
    const events: PathChanged[] = [];
    for (const path of [...paths].sort()) {
      const before = tree.value(path);
      const after = foldedValue(folds.get(path)!, deps);
      if (before?.setBy.id === after?.setBy.id) continue;
      tree.set(path, after);
      events.push({ type: 'path-changed', path, before, after });
    }
    return events;
  };

  /** Folds modes of a path, and names the paths on which another one than before now holds changes off, or none. */
  const refreeze = (scope: string, refold: (fold: PathFold) => void): readonly string[] => {
    const fold = modes.get(scope)!;
    const before = freezing(fold);
    refold(fold);
    return freezing(fold) === before ? [] : [...folds.keys()].filter((path) => isWithin(path, scope));
  };

  return {
    tree,
    add: (item, changed) => {
      const touched = new Map<string, AcceptedEntry[]>();
      const touchedModes = new Set<string>();
      const touch = (other: AcceptedEntry) => {
        if (other.entry.action === 'mode') touchedModes.add(other.entry.path);
        else if (CONTENT_ACTIONS.has(other.entry.action)) append(touched, other.entry.path, other);
      };
      for (const other of changed) {
        if (other !== item) touch(other);
        for (const shower of showing.get(other.entry.id) ?? []) touch(shower);
      }
      const refrozen = new Set<string>();
      for (const scope of touchedModes)
        for (const path of refreeze(scope, (fold) => refold(fold, fold.items, deps))) refrozen.add(path);
      if (item.entry.action === 'mode') {
        const own = foldAt(item);
        for (const path of refreeze(item.entry.path, () => addTo(own, item, deps))) refrozen.add(path);
      }
      for (const path of refrozen) {
        const fold = folds.get(path)!;
        refold(fold, fold.items, deps);
      }
      for (const [path, items] of touched) if (!refrozen.has(path)) refold(folds.get(path)!, items, deps);
      const stale = new Set([...refrozen, ...touched.keys()]);
      if (CONTENT_ACTIONS.has(item.entry.action)) {
        noteShown(item);
        addTo(foldAt(item), item, deps);
        stale.add(item.entry.path);
      }
      return publish(stale);
    },
    heads: (path) => {
      const items = folds.get(path)?.items ?? [];
      const named = new Set(items.flatMap(({ entry }) => entry.parents));
      return items
        .map(({ entry }) => entry.id)
        .filter((id) => !named.has(id))
        .sort();
    },
    explain: (path) => explainPath(path, folds.get(path)?.items ?? [], deps),
  };
}

/** The mode that freezes its path now; undefined where the last word is that it does not. */
function freezing(fold: PathFold | undefined): AcceptedEntry | undefined {
  const mode = fold && winnerOf(fold);
  return mode !== undefined && readModeBody(mode.entry.body) ? mode : undefined;
}

/** The path and all above it. */
function scopesOf(path: string): readonly string[] {
  const scopes = ['/'];
  for (let at = path.indexOf('/', 1); at !== -1; at = path.indexOf('/', at + 1))
    scopes.push(path.slice(0, at));
  if (path !== '/') scopes.push(path);
  return scopes;
}

function append<Key>(lists: Map<Key, AcceptedEntry[]>, key: Key, item: AcceptedEntry): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** Entries of authority, beacons, and actions that are not known here have no content. */
const CONTENT_ACTIONS: ReadonlySet<Entry['action']> = new Set([
  'mkdir',
  'create',
  'update',
  'delete',
  'revert',
  'link',
  'slink',
  'admit',
]);
