import { compareIds, type EntryId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { readLinkBody, readRevertBody } from '../wire/entry/tree.ts';
import type { AcceptedEntry, Entries } from './accepted.ts';
import type { Standing } from './standing-rule.ts';

/** What a path is: the entry that set it, and the entry whose body it has (another one after a revert or through a link). */
export interface PathValue {
  readonly setBy: Entry;
  readonly content: Entry;
}

/** What of the ledger L16 and L17 look at. */
export interface PathDeps {
  readonly entries: Entries;
  readonly standing: (accepted: AcceptedEntry) => Standing;
  /** How far its authority is from the root. */
  readonly depth: (accepted: AcceptedEntry) => number;
  readonly frozenBy: (accepted: AcceptedEntry) => EntryId | undefined;
}

/** Whether the entry stands for its path: it counts, no mode holds it off, and it holds its own content. */
export function isCandidate(item: AcceptedEntry, deps: PathDeps): boolean {
  return (
    standingAtPath(item, deps).type === 'effective' &&
    deps.frozenBy(item) === undefined &&
    isComplete(item.entry, deps)
  );
}

/** A revert or link counts as long as what it shows does. Attack: a link keeps showing what a revoked key has signed. */
export function standingAtPath(item: AcceptedEntry, deps: PathDeps): Standing {
  const own = deps.standing(item);
  const shown = contentOf(item.entry, deps.entries)?.id ?? item.entry.id;
  if (
    own.type === 'void' ||
    shown === item.entry.id ||
    deps.standing(deps.entries.get(shown)!).type !== 'void'
  )
    return own;
  return {
    type: 'void',
    rule: 'L13-under-void',
    by: [shown],
    reason: 'the entry that it shows does not count',
  };
}

export type PathOrder = {
  readonly sign: number;
  readonly rule: 'nearer-root' | 'higher-counter' | 'higher-hash';
};

/** L16: the one granted nearest the root wins, then the higher counter, then the greater id. Above 0 where `a` wins over `b`. */
export function order(a: AcceptedEntry, b: AcceptedEntry, deps: PathDeps): PathOrder {
  const depth = deps.depth(b) - deps.depth(a);
  if (depth !== 0) return { sign: depth, rule: 'nearer-root' };
  const counter = counterOf(a.entry) - counterOf(b.entry);
  if (counter !== 0) return { sign: counter, rule: 'higher-counter' };
  return { sign: compareIds(a.entry.id, b.entry.id), rule: 'higher-hash' };
}

function counterOf({ body }: Entry): number {
  return typeof body.counter === 'number' ? body.counter : 0;
}

/** What refers to content by its hash shows nowhere: no node of this version fetches such content. */
export function isComplete(entry: Entry, { entries }: PathDeps): boolean {
  // What a mode says stands in its body.
  return entry.action === 'mode' || contentOf(entry, entries)?.content === undefined;
}

export function valueSetBy(setBy: Entry, entries: Entries): PathValue | undefined {
  if (setBy.action === 'delete') return undefined;
  const content = contentOf(setBy, entries);
  return content === undefined || content.action === 'delete' ? undefined : { setBy, content };
}

/** The entry whose body the path has: another one after a revert or through a link, two steps away at most (L3). */
export function contentOf(entry: Entry, entries: Entries): Entry | undefined {
  const earlier = entry.action === 'revert' ? entries.get(readRevertBody(entry.body))?.entry : entry;
  return earlier?.action === 'link' ? entries.get(readLinkBody(earlier.body))?.entry : earlier;
}
