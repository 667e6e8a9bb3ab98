import type { EntryId, NodeId } from '../wire/ids.ts';
import { isWithin } from '../wire/path.ts';
import { readAckBody, readRevokeBody } from '../wire/revoke.ts';
import type { AcceptedEntry, Entries } from './accepted.ts';
import type { BitSet } from './bitset.ts';
import type { Capabilities, Capability } from './capability.ts';
import type { PastSummaries } from './past.ts';
import type { RootChain } from './root-chain.ts';

/** Whether an accepted entry counts, and if not, by which rule and which entries. */
export type Standing =
  | { readonly type: 'effective' }
  | {
      readonly type: 'void';
      readonly rule: VoidRule;
      readonly by: readonly EntryId[];
      readonly reason: string;
    };

export type VoidRule =
  | 'L10-root-fork'
  | 'L11-rotated'
  | 'L12-revoked'
  | 'L13-under-void'
  | 'L14-equivocation';

export interface Standings {
  /** Takes note of an accepted entry. True when the standing of earlier entries may have changed. */
  note(accepted: AcceptedEntry): boolean;
  of(accepted: AcceptedEntry): Standing;
  /** Authors with the two entries that prove that they forked. */
  quarantined(): ReadonlyMap<NodeId, readonly [EntryId, EntryId]>;
}

interface Revocation {
  readonly accepted: AcceptedEntry;
  readonly key: NodeId;
  /** What the key signed up to here stays. */
  readonly spared: BitSet;
}

const EFFECTIVE: Standing = { type: 'effective' };

/**
 * Standing is decided from the root downwards. A revoke or ack written under one capability reaches only what hangs strictly
 * below it, so an ancestor always beats a descendant, no two can void each other in a circle, and the outcome is a
 * function of the set of entries (docs/protocol.md, L10 to L15).
 */
export function createStandings(deps: {
  readonly entries: Entries;
  readonly capabilities: Capabilities;
  readonly roots: RootChain;
  readonly pasts: PastSummaries;
  /** Indexes of the entries that these reach, themselves included. */
  readonly closureOf: (ids: readonly EntryId[]) => BitSet;
}): Standings {
  const { entries, capabilities, roots, pasts } = deps;
  const revocations = new Map<Capability, Revocation[]>();
  const acks = new Map<EntryId, AcceptedEntry[]>();
  const bySequence = new Map<string, EntryId>();
  /** Of each forked author the pair with the least sequence number, least ids first. */
  const forks = new Map<NodeId, { readonly sequence: number; readonly proof: readonly [EntryId, EntryId] }>();
  const known = new Map<EntryId, Standing>();

  const noteSequence = ({ entry }: AcceptedEntry): boolean => {
    const slot = `${entry.sequence} ${entry.author}`;
    const twin = bySequence.get(slot);
    if (twin === undefined) {
      bySequence.set(slot, entry.id);
      return false;
    }
    const proof = [twin, entry.id].sort() as [EntryId, EntryId];
    if (entry.id < twin) bySequence.set(slot, entry.id);
    const fork = forks.get(entry.author);
    const earlier =
      fork === undefined ||
      entry.sequence < fork.sequence ||
      (entry.sequence === fork.sequence && proof.join() < fork.proof.join());
    if (earlier) forks.set(entry.author, { sequence: entry.sequence, proof });
    return earlier;
  };

  const note = (accepted: AcceptedEntry): boolean => {
    const { entry } = accepted;
    let changed = noteSequence(accepted);
    if (entry.action === 'revoke') {
      const { key, frontier } = readRevokeBody(entry.body);
      const list = revocations.get(entry.grant) ?? [];
      list.push({ accepted, key, spared: deps.closureOf(frontier) });
      revocations.set(entry.grant, list);
      changed = true;
    } else if (entry.action === 'ack') {
      for (const id of readAckBody(entry.body).entries) acks.set(id, [...(acks.get(id) ?? []), accepted]);
      changed = true;
    } else if (entry.action === 'root') changed = true;
    if (changed) known.clear();
    return changed;
  };

  const of = (accepted: AcceptedEntry): Standing => {
    const { id } = accepted.entry;
    const standing = known.get(id) ?? settle(accepted);
    known.set(id, standing);
    return standing;
  };
  const counts = (accepted: AcceptedEntry) => of(accepted).type === 'effective';

  const settle = (accepted: AcceptedEntry): Standing => {
    const { entry } = accepted;
    if (entry.action === 'root')
      return roots.counts(entry.id)
        ? EFFECTIVE
        : {
            type: 'void',
            rule: 'L10-root-fork',
            by: roots.fork()?.roots ?? [],
            reason: 'two roots of one version stand against each other',
          };
    const above = entry.grant === undefined ? [undefined] : capabilities.above(entry.grant);
    const fault = faultOf(accepted, above);
    return fault !== undefined && !isAcked(entry, above) ? fault : EFFECTIVE;
  };

  const faultOf = (accepted: AcceptedEntry, above: readonly Capability[]): Standing | undefined =>
    (accepted.entry.grant === undefined
      ? rootFault(accepted)
      : grantFault(accepted, accepted.entry.grant, above)) ?? forkFault(accepted);

  const rootFault = ({ entry, index, past }: AcceptedEntry): Standing | undefined => {
    const root = past.newestRoot!;
    if (!roots.counts(root))
      return {
        type: 'void',
        rule: 'L10-root-fork',
        by: [root],
        reason: 'the root that it acts by stands against another of its version',
      };
    const removal = roots.removalOf(entry.author, root);
    if (removal === undefined || deps.closureOf([removal.entry.id]).has(index)) return undefined;
    return {
      type: 'void',
      rule: 'L11-rotated',
      by: [removal.entry.id],
      reason: 'a newer root has not its key any more',
    };
  };

  const grantFault = (
    accepted: AcceptedEntry,
    grantId: EntryId,
    above: readonly Capability[],
  ): Standing | undefined => {
    const grant = capabilities.grant(grantId)!;
    if (!counts(grant))
      return {
        type: 'void',
        rule: 'L13-under-void',
        by: [grantId],
        reason: 'the grant that it was written under does not count',
      };
    const { entry } = accepted;
    const revokers = new Map<NodeId, EntryId>();
    for (const capability of above)
      for (const { accepted: revoke, key, spared } of revocations.get(capability) ?? []) {
        if (key !== entry.author && !accepted.signers.includes(key) && key !== accepted.voucherKey) continue;
        if (spared.has(accepted.index) || !isWithin(entry.path, revoke.entry.path)) continue;
        // A grant that was given in knowledge of the revoke is a new start.
        if (pasts.reaches(grant.past, revoke.entry.id) || !counts(revoke)) continue;
        revokers.set(key, revoke.entry.id);
      }
    if (revokers.size === 0) return undefined;
    const left = grant.body.keys.filter((key) => accepted.signers.includes(key) && !revokers.has(key)).length;
    const stands = !grant.body.invitation && !revokers.has(entry.author) && left >= grant.body.threshold;
    if (stands) return undefined;
    return {
      type: 'void',
      rule: 'L12-revoked',
      by: [...new Set(revokers.values())].sort(),
      reason: 'its key was revoked, and the revoke did not spare it',
    };
  };

  const forkFault = ({ entry }: AcceptedEntry): Standing | undefined => {
    const fork = forks.get(entry.author);
    if (fork === undefined || entry.sequence < fork.sequence) return undefined;
    const grant = entry.grant === undefined ? undefined : capabilities.grant(entry.grant);
    // As after a revoke: whoever granted again in knowledge of the fork has forgiven it.
    const forgiven =
      grant !== undefined &&
      fork.proof.every((id) => deps.closureOf([grant.entry.id]).has(entries.get(id)?.index ?? -1));
    return forgiven
      ? undefined
      : {
          type: 'void',
          rule: 'L14-equivocation',
          by: fork.proof,
          reason: 'its author signed two entries with one number',
        };
  };

  const isAcked = (entry: AcceptedEntry['entry'], above: readonly Capability[]): boolean =>
    (acks.get(entry.id) ?? []).some((ack) => {
      if (!above.includes(ack.entry.grant)) return false;
      // Root actions are acked by root actions; one that needs an ack itself cannot give one, or two could hold each other up.
      return entry.grant === undefined ? faultOf(ack, [undefined]) === undefined : counts(ack);
    });

  return {
    note,
    of,
    quarantined: () => new Map(Array.from(forks, ([author, { proof }]) => [author, proof])),
  };
}
