import type { EntryId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import type { AcceptedEntry, Entries } from './accepted.ts';
import {
  isComplete,
  order,
  type PathDeps,
  type PathOrder,
  type PathValue,
  standingAtPath,
  valueSetBy,
} from './path-rule.ts';
import type { Standing } from './standing-rule.ts';

/** Why the path is what it is: all its entries, the winner first. */
export interface Explanation {
  readonly path: string;
  readonly value: PathValue | undefined;
  readonly entries: readonly { readonly entry: Entry; readonly outcome: Outcome }[];
}

export type Outcome =
  | { readonly type: 'wins' }
  /** A later entry of the path builds on it. */
  | { readonly type: 'superseded'; readonly by: EntryId }
  /** It stood against the winner, and the rule decided (L16). */
  | { readonly type: 'loses'; readonly rule: PathOrder['rule'] }
  | { readonly type: 'content-missing' }
  /** A mode above it froze the path before. */
  | { readonly type: 'frozen'; readonly by: EntryId }
  | Extract<Standing, { type: 'void' }>;

/**
 * Says of all entries of a path what became of them (L16, L17). Comes to the same value as the fold that is kept up entry by entry
 * (path-fold.ts), from nothing; costs the number of the path's entries.
 */
export function explainPath(path: string, accepted: readonly AcceptedEntry[], deps: PathDeps): Explanation {
  const outcomes = new Map<EntryId, Outcome>();
  const counting: AcceptedEntry[] = [];
  for (const item of accepted) {
    const standing = standingAtPath(item, deps);
    const frozen = standing.type === 'effective' ? deps.frozenBy(item) : undefined;
    if (standing.type === 'void') outcomes.set(item.entry.id, standing);
    else if (frozen !== undefined) outcomes.set(item.entry.id, { type: 'frozen', by: frozen });
    else counting.push(item);
  }
  const here: AcceptedEntry[] = [];
  for (const item of counting)
    if (isComplete(item.entry, deps)) here.push(item);
    else outcomes.set(item.entry.id, { type: 'content-missing' });
  const supersededBy = findSuperseded(here, deps.entries);
  const heads = here
    .filter(({ entry }) => !supersededBy.has(entry.id))
    .sort((a, b) => order(b, a, deps).sign);
  const winner = heads[0];
  for (const { entry } of here) {
    const by = supersededBy.get(entry.id);
    if (by !== undefined) outcomes.set(entry.id, { type: 'superseded', by });
  }
  for (const head of heads) {
    outcomes.set(
      head.entry.id,
      head === winner ? { type: 'wins' } : { type: 'loses', rule: order(winner!, head, deps).rule },
    );
  }
  return {
    path,
    value: winner && valueSetBy(winner.entry, deps.entries),
    entries: [...accepted]
      .sort((a, b) => Number(b === winner) - Number(a === winner) || (a.entry.id < b.entry.id ? -1 : 1))
      .map(({ entry }) => ({ entry, outcome: outcomes.get(entry.id)! })),
  };
}

/**
 * An entry is superseded when an entry that counts reaches it through entries of the same path, void ones included. Of
 * several such entries the one with the least id is named as its successor, whichever arrived first. Each entry is
 * visited once.
 */
function findSuperseded(here: readonly AcceptedEntry[], entries: Entries): Map<EntryId, EntryId> {
  const superseded = new Map<EntryId, EntryId>();
  for (const { entry } of [...here].sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1))) {
    const open = [...entry.parents];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const parent = entries.get(id)?.entry;
      if (parent === undefined || parent.path !== entry.path || superseded.has(id)) continue;
      superseded.set(id, entry.id);
      open.push(...parent.parents);
    }
  }
  return superseded;
}
