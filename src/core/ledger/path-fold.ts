import type { EntryId } from '../wire/ids.ts';
import type { AcceptedEntry } from './accepted.ts';
import { isCandidate, order, type PathDeps, type PathValue, valueSetBy } from './path-rule.ts';

/**
 * L16 kept up as the entries of one path come. A further entry costs what it is the first to build on and, where it takes the
 * winner's place, the heads; not what came before. Plain data without methods: a ledger has as many as paths.
 */
export interface PathFold {
  /** In the order of acceptance. */
  readonly items: AcceptedEntry[];
  /** Candidates that no other one builds on. */
  readonly heads: Set<AcceptedEntry>;
  /** What candidates reach along the path's own entries, void ones between them included. Most paths have one entry and none. */
  superseded: Set<EntryId> | undefined;
  winner: AcceptedEntry | undefined;
}

export function createPathFold(): PathFold {
  return { items: [], heads: new Set(), superseded: undefined, winner: undefined };
}

export function foldedValue({ winner }: PathFold, deps: PathDeps): PathValue | undefined {
  return winner && valueSetBy(winner.entry, deps.entries);
}

/** Takes in an entry that was accepted after all others of the path. */
export function addTo(fold: PathFold, item: AcceptedEntry, deps: PathDeps): void {
  fold.items.push(item);
  if (isCandidate(item, deps)) include(fold, item, deps);
}

/** Folds again from nothing, since some entry may stand for the path no longer. */
export function rebuild(fold: PathFold, deps: PathDeps): void {
  fold.heads.clear();
  fold.superseded = undefined;
  fold.winner = undefined;
  for (const item of fold.items) if (isCandidate(item, deps)) include(fold, item, deps);
}

/** An entry of the path stands for it now and did not before. */
export function include(fold: PathFold, item: AcceptedEntry, deps: PathDeps): void {
  supersede(fold, item, deps);
  const isHead = !fold.superseded?.has(item.entry.id);
  if (isHead) fold.heads.add(item);
  if (fold.winner === undefined) {
    for (const head of fold.heads) fold.winner = better(head, fold.winner, deps);
  } else if (isHead) fold.winner = better(item, fold.winner, deps);
}

function better(head: AcceptedEntry, winner: AcceptedEntry | undefined, deps: PathDeps): AcceptedEntry {
  return winner === undefined || order(head, winner, deps).sign > 0 ? head : winner;
}

/** Each id is passed once, however many entries build on it. */
function supersede(fold: PathFold, { entry }: AcceptedEntry, { entries }: PathDeps): void {
  const open = [...entry.parents];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const parent = entries.get(id);
    if (parent === undefined || parent.entry.path !== entry.path || fold.superseded?.has(id)) continue;
    fold.superseded ??= new Set();
    fold.superseded.add(id);
    fold.heads.delete(parent);
    if (fold.winner === parent) fold.winner = undefined;
    open.push(...parent.entry.parents);
  }
}
