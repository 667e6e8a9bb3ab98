import type { EntryId } from '../wire/encoding/ids.ts';
import { readAckBody } from '../wire/entry/revoke.ts';
import type { AcceptedEntry, Entries } from './accepted.ts';
import type { Capabilities } from './capability.ts';
import { createForks } from './forks.ts';
import type { PastSummaries } from './past.ts';
import type { Reachability } from './reachability.ts';
import { createRevocations } from './revocations.ts';
import type { RootChain } from './root-chain.ts';
import type { Sequences } from './sequences.ts';
import { createSignedEntries } from './signed-entries.ts';
import { createStandingRule, type Standing } from './standing-rule.ts';

export type { Standing } from './standing-rule.ts';

/** Which accepted entries count, kept up as entries come. */
export interface Standings {
  /**
   * Takes note of an accepted entry: of a grant or root after its capabilities or chain knows it. Returns the entries that it
   * gave another standing, itself first.
   */
  note(item: AcceptedEntry): readonly AcceptedEntry[];
  /** Of an entry that was noted. */
  of(item: AcceptedEntry): Standing;
  /** Whether an entry that was noted, and is no root, would count too if it had been signed at this path, at or below its own. */
  holdsAt(item: AcceptedEntry, path: string): boolean;
}

export function createStandings(deps: {
  readonly entries: Entries;
  readonly capabilities: Capabilities;
  readonly roots: RootChain;
  readonly pasts: PastSummaries;
  readonly reachability: Reachability;
  readonly sequences: Sequences;
}): Standings {
  const { entries, capabilities, sequences } = deps;
  /** By index. */
  const standings: Standing[] = [];
  const acks = new Map<EntryId, AcceptedEntry[]>();
  const signed = createSignedEntries();
  const forks = createForks({ ...deps, signed });
  const revocations = createRevocations({ ...deps, signed });
  const rule = createStandingRule({
    ...deps,
    revocations,
    forks,
    acksOf: (id) => acks.get(id) ?? [],
    counts: (item) => standings[item.index]?.type === 'effective',
  });

  /** What hangs below the ack, of what it names; root actions are acked by root actions. */
  const ackedBy = ({ entry }: AcceptedEntry): readonly AcceptedEntry[] =>
    readAckBody(entry.body)
      .entries.map((id) => entries.get(id)!)
      .filter(({ entry: { grant } }) =>
        grant === undefined ? entry.grant === undefined : capabilities.above(grant).includes(entry.grant),
      );

  /**
   * Entries whose standing depends on whether this one counts. All were written under a capability below its own,
   * except entries that the root acks.
   */
  const dependentsOf = (item: AcceptedEntry): readonly AcceptedEntry[] => {
    switch (item.entry.action) {
      case 'grant':
        return signed.under(item.entry.id);
      case 'revoke':
        return revocations.reachOf(item);
      case 'ack':
        return ackedBy(item);
      default:
        return [];
    }
  };

  /** Entries that must be judged again because this one is here, in addition to those that depend on its standing. */
  const seedsOf = (item: AcceptedEntry): readonly AcceptedEntry[] => {
    const { author, action } = item.entry;
    return [item].concat(
      sequences.add(item.entry) ? forks.numberRepeated(author) : [],
      action === 'root' ? signed.under(undefined) : [],
    );
  };

  /**
   * Entries whose standing may change with a fault of this one though its own standing stays: a revoke voids, and an ack that it reaches
   * brings back, by what it is at the path of each entry, and a grant that has an ack may hold at some paths only. With all that hangs on
   * them in turn.
   */
  const unseenDependentsOf = (
    item: AcceptedEntry,
    descended: Set<AcceptedEntry>,
  ): readonly AcceptedEntry[] => {
    const { action } = item.entry;
    const dependsOnPath = action === 'revoke' || acks.has(item.entry.id);
    if (!dependsOnPath || descended.has(item)) return [];
    descended.add(item);
    const reached = [item];
    // The list grows while it is passed.
    for (const at of reached)
      for (const next of dependentsOf(at)) {
        if (descended.has(next)) continue;
        descended.add(next);
        reached.push(next);
      }
    return reached;
  };

  /** From the root downwards, so that all that an entry hangs on is settled before it; what keeps its standing passes nothing on. */
  const settleFrom = (seeds: readonly AcceptedEntry[]): readonly AcceptedEntry[] => {
    const changed: AcceptedEntry[] = [];
    const queued = new Set<AcceptedEntry>();
    const descended = new Set<AcceptedEntry>();
    const byDepth: AcceptedEntry[][] = [];
    const put = (item: AcceptedEntry) => {
      if (queued.has(item)) return;
      queued.add(item);
      const depth = capabilities.depth(item.entry.grant);
      while (byDepth.length <= depth) byDepth.push([]);
      byDepth[depth]!.push(item);
    };
    const queue = (items: readonly AcceptedEntry[]) => {
      for (const item of items) {
        put(item);
        for (const dependent of unseenDependentsOf(item, descended)) put(dependent);
      }
    };
    queue(seeds);
    // Both lists grow while they are passed.
    for (const items of byDepth)
      for (const item of items) {
        const before = standings[item.index];
        const after = rule.settle(item);
        if (before !== undefined && isSame(before, after)) continue;
        standings[item.index] = after;
        changed.push(item);
        if ((before?.type === 'effective') !== (after.type === 'effective')) queue(dependentsOf(item));
      }
    return changed;
  };

  return {
    note: (item) => {
      signed.add(item);
      if (item.entry.action === 'revoke') revocations.add(item);
      if (item.entry.action === 'ack')
        for (const { entry } of ackedBy(item)) {
          const list = acks.get(entry.id) ?? [];
          acks.set(entry.id, list);
          list.push(item);
        }
      return settleFrom(seedsOf(item));
    },
    of: (item) => standings[item.index]!,
    holdsAt: rule.holdsAt,
  };
}

function isSame(a: Standing, b: Standing): boolean {
  if (a.type === 'effective' || b.type === 'effective') return a.type === b.type;
  return a.rule === b.rule && a.by.join() === b.by.join();
}
