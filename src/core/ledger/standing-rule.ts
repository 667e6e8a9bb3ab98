import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import { signersOf } from '../wire/entry/entry.ts';
import { isWithin } from '../wire/entry/path.ts';
import { readRevokeBody } from '../wire/entry/revoke.ts';
import type { AcceptedEntry } from './accepted.ts';
import { countSigners } from './authority.ts';
import type { Capabilities } from './capability.ts';
import type { Forks } from './forks.ts';
import type { PastSummaries } from './past.ts';
import type { Reachability } from './reachability.ts';
import type { Revocations } from './revocations.ts';
import type { RootChain } from './root-chain.ts';
import { signaturesOn } from './signed-entries.ts';

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

const EFFECTIVE: Standing = { type: 'effective' };

/**
 * Where rights are asked for. What is found of acks and revokes there is kept: without that, acks of the grants of acks cost powers of each
 * other.
 */
interface Place {
  readonly path: string;
  readonly acked: Map<AcceptedEntry, boolean>;
  readonly revoking: Map<AcceptedEntry, boolean>;
}

const placeAt = (path: string): Place => ({ path, acked: new Map(), revoking: new Map() });

export interface StandingRuleDeps {
  readonly capabilities: Capabilities;
  readonly roots: RootChain;
  readonly pasts: PastSummaries;
  readonly reachability: Reachability;
  readonly revocations: Revocations;
  readonly forks: Forks;
  /** From above the entry, in whatever standing. */
  readonly acksOf: (id: EntryId) => readonly AcceptedEntry[];
  /** Asked only of what was written under a capability strictly above that of the entry in question. */
  readonly counts: (item: AcceptedEntry) => boolean;
}

export interface StandingRule {
  settle(item: AcceptedEntry): Standing;
  /** Whether an entry would count too if it had been signed at this path, at or below its own (L12, L15). */
  holdsAt(item: AcceptedEntry, path: string): boolean;
}

/**
 * L10 to L15 for one entry, given the standing of what was written above it. A revoke or ack reaches only what hangs strictly
 * below the capability that it was written under, so an ancestor always beats a descendant, no two can void each other in a circle,
 * and standing is a function of the set of entries.
 */
export function createStandingRule(deps: StandingRuleDeps): StandingRule {
  const { capabilities, roots, pasts, reachability, revocations, forks, counts } = deps;

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
    const place = placeAt(entry.path);
    const fault = faultOf(accepted, place);
    return fault !== undefined && !isAcked(accepted, place) ? fault : EFFECTIVE;
  };

  /** What is wrong with the entry, or would be if it had been signed at the place. */
  const faultOf = (accepted: AcceptedEntry, place: Place): Standing | undefined =>
    (accepted.entry.grant === undefined ? rootFault(accepted) : grantFault(accepted, place)) ??
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
      const takenOver = reachability.pastOf(id).has(index);
      return (
        takenOver || !body.keys.includes(entry.author) || countSigners(body.keys, entry) < body.threshold
      );
    });
    if (newer === undefined || reachability.pastOf(newer.id).has(index)) return undefined;
    return {
      type: 'void',
      rule: 'L11-rotated',
      by: [newer.id],
      reason: 'a newer root did not know it, and the keys of that root have not signed it',
    };
  };

  /** The revokes for which what has signed `item` no longer suffices at the place; empty when it does. */
  const revokesOf = (item: AcceptedEntry, place: Place): readonly EntryId[] => {
    const { entry } = item;
    const grant = capabilities.grant(entry.grant!)!;
    const revokers = new Map<NodeId, EntryId>();
    for (const key of signaturesOn(item))
      for (const capability of capabilities.above(entry.grant))
        for (const { accepted: revoke, spared } of revocations.against(key, capability)) {
          if (spared.has(item.index) || !isWithin(place.path, revoke.entry.path)) continue;
          // Whoever gives up a key keeps it given up: a later revoke of the same key must not bring anything of it back.
          if (entry.action === 'revoke' && readRevokeBody(entry.body).key === key) continue;
          // A grant that was given in knowledge of the revoke is a new start.
          if (pasts.reaches(grant.past, revoke.entry.id) || !revokesAt(revoke, place)) continue;
          if ((revokers.get(key) ?? '~') > revoke.entry.id) revokers.set(key, revoke.entry.id);
        }
    if (revokers.size === 0) return [];
    const signers = signersOf(entry);
    const left = grant.body.keys.filter((key) => signers.includes(key) && !revokers.has(key)).length;
    const stands = !grant.body.invitation && !revokers.has(entry.author) && left >= grant.body.threshold;
    return stands ? [] : [...new Set(revokers.values())].sort();
  };

  /**
   * Whether a revoke that counts does so at the place too, at or below its path. Attack: whoever is revoked below one path goes on to
   * revoke, at the root, those who still may write there.
   */
  const revokesAt = (revoke: AcceptedEntry, place: Place): boolean => {
    if (!counts(revoke)) return false;
    if (revoke.entry.grant === undefined || revoke.entry.path === place.path) return true;
    const known = place.revoking.get(revoke);
    if (known !== undefined) return known;
    const holds = faultOf(revoke, place) === undefined || isAcked(revoke, place);
    place.revoking.set(revoke, holds);
    return holds;
  };

  const grantFault = (accepted: AcceptedEntry, place: Place): Standing | undefined => {
    const grant = capabilities.grant(accepted.entry.grant!)!;
    const underVoid: Standing = {
      type: 'void',
      rule: 'L13-under-void',
      by: [grant.entry.id],
      reason: 'the grant that it was written under does not count',
    };
    if (!counts(grant)) return underVoid;
    // Up the delegations too. Attack: whoever is revoked below one path only lets a puppet write there, by a grant for all paths.
    for (let at: AcceptedEntry = accepted; at.entry.grant !== undefined; ) {
      const by = revokesOf(at, place);
      if (by.length > 0)
        return {
          type: 'void',
          rule: 'L12-revoked',
          by,
          reason: 'its key, or that of who gave it its rights, was revoked, and the revoke did not spare it',
        };
      at = capabilities.grant(at.entry.grant)!;
    }
    return givesAt(grant, place) ? undefined : underVoid;
  };

  /**
   * Whether a grant that counts does so at the place too, where no revoke reaches it. Attack: whoever is revoked below one path acks
   * a forked grant, which stands at the root, and its holder writes below that path.
   */
  const givesAt = (grant: AcceptedEntry, place: Place): boolean => {
    if (grant.entry.grant === undefined) return true;
    const above = capabilities.grant(grant.entry.grant)!;
    const isSound = forkFault(grant) === undefined && counts(above) && givesAt(above, place);
    return isSound || isAcked(grant, place);
  };

  const forkFault = ({ entry }: AcceptedEntry): Standing | undefined => {
    const fork = forks.of(entry.author, entry.grant);
    return fork === undefined || entry.sequence < fork.sequence
      ? undefined
      : {
          type: 'void',
          rule: 'L14-equivocation',
          by: fork.by,
          reason: 'its author signed two entries with one number',
        };
  };

  const isAcked = (item: AcceptedEntry, place: Place): boolean => {
    const acks = deps.acksOf(item.entry.id);
    if (acks.length === 0) return false;
    const known = place.acked.get(item);
    if (known !== undefined) return known;
    // A root action may be judged before its ack, which then has its standing of before.
    const isOfRoot = item.entry.grant === undefined;
    // An ack that needs one itself cannot give one, or two of the root could hold each other up. Attack: whoever is revoked below one
    // path acks, by an ack at the root, what its puppet writes below that path.
    const acked = acks.some((ack) => (isOfRoot || counts(ack)) && faultOf(ack, place) === undefined);
    place.acked.set(item, acked);
    return acked;
  };

  return {
    settle,
    holdsAt: (item, path) => {
      const place = placeAt(path);
      return faultOf(item, place) === undefined || isAcked(item, place);
    },
  };
}
