import { compareBytes } from '../wire/cbor.ts';
import type { Entry } from '../wire/entry.ts';
import { bytesOfId, type EntryId, type FileHash } from '../wire/ids.ts';
import { readLinkBody, readRevertBody } from '../wire/tree.ts';
import type { AcceptedEntry, Entries } from './accepted.ts';
import type { Standing } from './standing.ts';

/** What a path is: the entry that set it, and the entry whose body it has (another one after a revert or through a link). */
export interface PathValue {
  readonly setBy: Entry;
  readonly content: Entry;
}

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
  | { readonly type: 'loses'; readonly rule: 'nearer-root' | 'higher-counter' | 'higher-hash' }
  | { readonly type: 'content-missing' }
  /** A mode above it froze the path before. */
  | { readonly type: 'frozen'; readonly by: EntryId }
  | Extract<Standing, { type: 'void' }>;

export interface PathDeps {
  readonly entries: Entries;
  readonly standing: (accepted: AcceptedEntry) => Standing;
  /** How far its authority is from the root. */
  readonly depth: (accepted: AcceptedEntry) => number;
  readonly hasContent: (hash: FileHash) => boolean;
  readonly frozenBy: (accepted: AcceptedEntry) => EntryId | undefined;
}

/**
 * Settles one path (L16): of the entries that count, those that no other one builds on stand against each other; the one granted nearest
 * the root wins, then the higher counter, then the greater hash. Content that is not here yet is never chosen over
 * content that is. Costs the number of the path's entries.
 */
export function settlePath(path: string, accepted: readonly AcceptedEntry[], deps: PathDeps): Explanation {
  const outcomes = new Map<EntryId, Outcome>();
  const counting: AcceptedEntry[] = [];
  for (const item of accepted) {
    const standing = standingOf(item, deps);
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
    value: winner && settledValue(winner.entry, deps.entries),
    entries: [...accepted]
      .sort((a, b) => Number(b === winner) - Number(a === winner) || (a.entry.id < b.entry.id ? -1 : 1))
      .map(({ entry }) => ({ entry, outcome: outcomes.get(entry.id)! })),
  };
}

/** A revert or link counts as long as what it shows does. Attack: a link keeps showing what a revoked key has signed. */
function standingOf(item: AcceptedEntry, deps: PathDeps): Standing {
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

/**
 * An entry is superseded when one that counts reaches it along the path's own entries, void ones between them included.
 * Named as its successor is the one of least id, whatever came first. Each entry is passed once.
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

type Order = { readonly sign: number; readonly rule: Extract<Outcome, { type: 'loses' }>['rule'] };

/** Above 0 where `a` wins over `b`. */
function order(a: AcceptedEntry, b: AcceptedEntry, deps: PathDeps): Order {
  const depth = deps.depth(b) - deps.depth(a);
  if (depth !== 0) return { sign: depth, rule: 'nearer-root' };
  const counter = counterOf(a.entry) - counterOf(b.entry);
  if (counter !== 0) return { sign: counter, rule: 'higher-counter' };
  return { sign: compareBytes(bytesOfId(a.entry.id), bytesOfId(b.entry.id)), rule: 'higher-hash' };
}

function counterOf({ body }: Entry): number {
  return typeof body.counter === 'number' ? body.counter : 0;
}

function isComplete(entry: Entry, deps: PathDeps): boolean {
  const content = contentOf(entry, deps.entries)?.content;
  // What a mode says stands in its body.
  return entry.action === 'mode' || content === undefined || deps.hasContent(content.hash);
}

function settledValue(setBy: Entry, entries: Entries): PathValue | undefined {
  if (setBy.action === 'delete') return undefined;
  const content = contentOf(setBy, entries);
  return content === undefined || content.action === 'delete' ? undefined : { setBy, content };
}

/** The entry whose body the path has: another one after a revert or through a link, two steps away at most (L3). */
export function contentOf(entry: Entry, entries: Entries): Entry | undefined {
  const earlier = entry.action === 'revert' ? entries.get(readRevertBody(entry.body))?.entry : entry;
  return earlier?.action === 'link' ? entries.get(readLinkBody(earlier.body))?.entry : earlier;
}
