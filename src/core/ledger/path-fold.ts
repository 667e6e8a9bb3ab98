import type { EntryId } from '../wire/ids.ts';
import type { AcceptedEntry } from './accepted.ts';
import { isCandidate, order, type PathDeps, type PathValue, valueSetBy } from './path-rule.ts';

/**
 * L16 kept up as the entries of one path come. A further entry costs what it is the first to build on, and a search among the heads;
 * not what came before. Plain data without methods: a ledger has as many as paths.
 */
export interface PathFold {
  /** In the order of acceptance. */
  readonly items: AcceptedEntry[];
  /** Candidates that no other one builds on, the winner last. */
  readonly heads: AcceptedEntry[];
  /** What candidates reach along the path's own entries, void ones between them included. Most paths have one entry and none. */
  superseded: Set<EntryId> | undefined;
}

export function createPathFold(): PathFold {
  return { items: [], heads: [], superseded: undefined };
}

export function winnerOf({ heads }: PathFold): AcceptedEntry | undefined {
  return heads.at(-1);
}

export function foldedValue(fold: PathFold, deps: PathDeps): PathValue | undefined {
  const winner = winnerOf(fold);
  return winner && valueSetBy(winner.entry, deps.entries);
}

/** Takes in an entry that was accepted after all others of the path. */
export function addTo(fold: PathFold, item: AcceptedEntry, deps: PathDeps): void {
  fold.items.push(item);
  if (isCandidate(item, deps)) include(fold, item, deps);
}

/** Folds again from nothing. */
export function rebuild(fold: PathFold, deps: PathDeps): void {
  fold.heads.length = 0;
  fold.superseded = undefined;
  for (const item of fold.items) if (isCandidate(item, deps)) include(fold, item, deps);
}

/**
 * Some entries of the path may stand for it no longer, or now. One that another head builds on changes nothing by going, since
 * what it supersedes that head does too; only where a head goes the path is folded again.
 */
export function reconsider(fold: PathFold, items: readonly AcceptedEntry[], deps: PathDeps): void {
  const candidates: AcceptedEntry[] = [];
  for (const item of items) {
    if (isCandidate(item, deps)) candidates.push(item);
    else if (isHead(fold, item, deps)) {
      rebuild(fold, deps);
      return;
    }
  }
  for (const item of candidates) if (!isHead(fold, item, deps)) include(fold, item, deps);
}

function isHead(fold: PathFold, item: AcceptedEntry, deps: PathDeps): boolean {
  return fold.heads[placeOf(fold, item, deps)] === item;
}

function include(fold: PathFold, item: AcceptedEntry, deps: PathDeps): void {
  if (fold.superseded?.has(item.entry.id)) return;
  supersede(fold, item, deps);
  fold.heads.splice(placeOf(fold, item, deps), 0, item);
}

/** Where the entry stands among the heads, or would stand. */
function placeOf({ heads }: PathFold, item: AcceptedEntry, deps: PathDeps): number {
  let from = 0;
  let to = heads.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (order(heads[middle]!, item, deps).sign < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Each id is passed once, however many entries build on it. */
function supersede(fold: PathFold, { entry }: AcceptedEntry, deps: PathDeps): void {
  const open = [...entry.parents];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const parent = deps.entries.get(id);
    if (parent === undefined || parent.entry.path !== entry.path || fold.superseded?.has(id)) continue;
    fold.superseded ??= new Set();
    fold.superseded.add(id);
    const at = placeOf(fold, parent, deps);
    if (fold.heads[at] === parent) fold.heads.splice(at, 1);
    open.push(...parent.entry.parents);
  }
}
