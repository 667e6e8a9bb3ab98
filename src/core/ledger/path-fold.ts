import type { AcceptedEntry } from './accepted.ts';
import type { BitSet } from './bitset.ts';
import { isCandidate, order, type PathDeps, type PathValue, valueSetBy } from './path-rule.ts';

/**
 * L16 kept up as the entries of one path come and change their standing. An entry of the path is live when it is a candidate or has
 * a live child, and a candidate with a live child is superseded: so each entry only counts its live children, and a change goes up
 * the path through entries that are no candidates and no further. Plain data without methods: a ledger has as many as paths.
 */
export interface PathFold {
  /** In the order of acceptance. */
  readonly items: AcceptedEntry[];
  /** Candidates that no other one builds on, the winner last. */
  readonly heads: AcceptedEntry[];
  /** By index; shared by all folds of one kind. */
  readonly candidates: BitSet;
  /** Of each entry that has some. Most paths have one entry and none. */
  liveChildren: Map<AcceptedEntry, number> | undefined;
}

export function createPathFold(candidates: BitSet): PathFold {
  return { items: [], heads: [], candidates, liveChildren: undefined };
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
  refold(fold, [item], deps);
}

/** Looks again at entries of the path that may stand for it now, or no longer. */
export function refold(fold: PathFold, items: readonly AcceptedEntry[], deps: PathDeps): void {
  const { candidates } = fold;
  for (const item of items) {
    const isOne = isCandidate(item, deps);
    if (candidates.has(item.index) === isOne) continue;
    if (isOne) candidates.add(item.index);
    else candidates.delete(item.index);
    if (fold.liveChildren?.has(item)) continue;
    if (isOne) insertHead(fold, item, deps);
    else removeHead(fold, item, deps);
    countAbove(fold, item, isOne ? 1 : -1, deps);
  }
}

/** The entry became live, or is no longer. */
function countAbove(fold: PathFold, item: AcceptedEntry, change: 1 | -1, deps: PathDeps): void {
  const open = [item];
  for (let child = open.pop(); child !== undefined; child = open.pop())
    for (const id of child.entry.parents) {
      const parent = deps.entries.get(id)!;
      if (parent.entry.path !== child.entry.path) continue;
      fold.liveChildren ??= new Map();
      const before = fold.liveChildren.get(parent) ?? 0;
      if (before + change === 0) fold.liveChildren.delete(parent);
      else fold.liveChildren.set(parent, before + change);
      // With its first live child, or without its last, a candidate stays live; anything else passes the change on.
      if (Math.min(before, before + change) > 0) continue;
      if (!fold.candidates.has(parent.index)) open.push(parent);
      else if (change > 0) removeHead(fold, parent, deps);
      else insertHead(fold, parent, deps);
    }
}

function insertHead(fold: PathFold, item: AcceptedEntry, deps: PathDeps): void {
  fold.heads.splice(placeOf(fold, item, deps), 0, item);
}

function removeHead(fold: PathFold, item: AcceptedEntry, deps: PathDeps): void {
  fold.heads.splice(placeOf(fold, item, deps), 1);
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
