import { signersOf } from '../wire/entry.ts';
import type { EntryId, NodeId } from '../wire/ids.ts';
import { isWithin } from '../wire/path.ts';
import { readAckBody, readRevokeBody } from '../wire/revoke.ts';
import type { AcceptedEntry } from './accepted.ts';
import { countSigners } from './authority.ts';
import type { BitSet } from './bitset.ts';
import type { Capabilities, Capability } from './capability.ts';
import type { PastSummaries } from './past.ts';
import type { RootChain } from './root-chain.ts';
import { createSequences, type Twins } from './sequences.ts';

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
  readonly indexOf: (id: EntryId) => number | undefined;
  readonly capabilities: Capabilities;
  readonly roots: RootChain;
  readonly pasts: PastSummaries;
  /** Indexes of the entries that these reach, themselves included. */
  readonly closureOf: (ids: readonly EntryId[]) => BitSet;
}): Standings {
  const { capabilities, roots, pasts } = deps;
  const revocations = new Map<Capability, Revocation[]>();
  const acks = new Map<EntryId, AcceptedEntry[]>();
  const sequences = createSequences();
  /** By grant and author: the least number signed twice that the grant was given in ignorance of. */
  const unforgiven = new Map<string, Twins | undefined>();
  const known = new Map<EntryId, Standing>();

  const note = (accepted: AcceptedEntry): boolean => {
    const { entry } = accepted;
    let changed = sequences.add(entry);
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
    if (changed) {
      known.clear();
      unforgiven.clear();
    }
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
    const fault = faultOf(accepted);
    return fault !== undefined && !isAcked(entry, above) ? fault : EFFECTIVE;
  };

  const faultOf = (accepted: AcceptedEntry): Standing | undefined =>
    (accepted.entry.grant === undefined ? rootFault(accepted) : grantFault(accepted, accepted.entry.grant)) ??
    forkFault(accepted);

  const rootFault = ({ entry, index, past }: AcceptedEntry): Standing | undefined => {
    const root = past.newestRoot!;
    if (!roots.counts(root))
      return {
        type: 'void',
        rule: 'L10-root-fork',
        by: [root],
        reason: 'the root that it acts by stands against another of its version',
      };
    const newer = roots.after(root).find(({ id, body }) => {
      // A root that has the action in its past took it over, and so did all after it.
      const takenOver = deps.closureOf([id]).has(index);
      return (
        takenOver || !body.keys.includes(entry.author) || countSigners(body.keys, entry) < body.threshold
      );
    });
    if (newer === undefined || deps.closureOf([newer.id]).has(index)) return undefined;
    return {
      type: 'void',
      rule: 'L11-rotated',
      by: [newer.id],
      reason: 'a newer root did not know it, and the keys of that root have not signed it',
    };
  };

  /** The revokes for which what has signed `item` no longer suffices at `path`; empty when it does. */
  const revokesOf = (item: AcceptedEntry, path: string): readonly EntryId[] => {
    const { entry } = item;
    const grant = capabilities.grant(entry.grant!)!;
    const signers = signersOf(entry);
    const revokers = new Map<NodeId, EntryId>();
    for (const capability of capabilities.above(entry.grant))
      for (const { accepted: revoke, key, spared } of revocations.get(capability) ?? []) {
        if (!signers.includes(key) && key !== item.voucherKey) continue;
        if (spared.has(item.index) || !isWithin(path, revoke.entry.path)) continue;
        // Whoever gives up a key keeps it given up: a later revoke of the same key must not bring anything of it back.
        if (entry.action === 'revoke' && readRevokeBody(entry.body).key === key) continue;
        // A grant that was given in knowledge of the revoke is a new start.
        if (pasts.reaches(grant.past, revoke.entry.id) || !counts(revoke)) continue;
        if ((revokers.get(key) ?? '~') > revoke.entry.id) revokers.set(key, revoke.entry.id);
      }
    const left = grant.body.keys.filter((key) => signers.includes(key) && !revokers.has(key)).length;
    const stands =
      revokers.size === 0 ||
      (!grant.body.invitation && !revokers.has(entry.author) && left >= grant.body.threshold);
    return stands ? [] : [...new Set(revokers.values())].sort();
  };

  const grantFault = (accepted: AcceptedEntry, grantId: EntryId): Standing | undefined => {
    const grant = capabilities.grant(grantId)!;
    if (!counts(grant))
      return {
        type: 'void',
        rule: 'L13-under-void',
        by: [grantId],
        reason: 'the grant that it was written under does not count',
      };
    // Up the delegations too. Attack: whoever is revoked below one path only lets a puppet write there, by a grant for all paths.
    for (let at: AcceptedEntry = accepted; at.entry.grant !== undefined; ) {
      const by = revokesOf(at, accepted.entry.path);
      if (by.length > 0)
        return {
          type: 'void',
          rule: 'L12-revoked',
          by,
          reason: 'its key, or that of who gave it its rights, was revoked, and the revoke did not spare it',
        };
      at = capabilities.grant(at.entry.grant)!;
    }
    return undefined;
  };

  const forkFault = ({ entry }: AcceptedEntry): Standing | undefined => {
    if (!sequences.isForked(entry.author)) return undefined;
    const slot = `${entry.author} ${entry.grant ?? ''}`;
    const twins = unforgiven.has(slot) ? unforgiven.get(slot) : leastUnforgiven(entry.author, entry.grant);
    unforgiven.set(slot, twins);
    return twins === undefined || entry.sequence < twins.sequence
      ? undefined
      : {
          type: 'void',
          rule: 'L14-equivocation',
          by: twins.ids.slice(0, 2),
          reason: 'its author signed two entries with one number',
        };
  };

  /** As after a revoke: whoever granted again in knowledge of all entries of one number has forgiven that number, and no other. */
  const leastUnforgiven = (author: NodeId, grant: Capability): Twins | undefined => {
    const past = grant === undefined ? undefined : deps.closureOf([grant]);
    return sequences
      .twinsOf(author)
      .find(({ ids }) => past === undefined || !ids.every((id) => past.has(deps.indexOf(id)!)));
  };

  const isAcked = (entry: AcceptedEntry['entry'], above: readonly Capability[]): boolean =>
    (acks.get(entry.id) ?? []).some((ack) => {
      if (!above.includes(ack.entry.grant)) return false;
      // Root actions are acked by root actions; one that needs an ack itself cannot give one, or two could hold each other up.
      return entry.grant === undefined ? faultOf(ack) === undefined : counts(ack);
    });

  return {
    note,
    of,
    quarantined: sequences.proofs,
  };
}
