import type { NodeId } from '../wire/encoding/ids.ts';
import { isWithin } from '../wire/entry/path.ts';
import { readRevokeBody } from '../wire/entry/revoke.ts';
import type { AcceptedEntry } from './accepted.ts';
import type { BitSet } from './bitset.ts';
import type { Capabilities, Capability } from './capability.ts';
import type { Reachability } from './reachability.ts';
import type { SignedEntries } from './signed-entries.ts';

export interface Revocation {
  readonly accepted: AcceptedEntry;
  readonly key: NodeId;
  /** What the key signed up to here stays. */
  readonly spared: BitSet;
}

export interface Revocations {
  add(revoke: AcceptedEntry): void;
  /** Written under this capability against this key, in whatever standing. */
  against(key: NodeId, capability: Capability): readonly Revocation[];
  /**
   * Entries whose standing may hang on whether this revoke counts: what its key signed and, on its path, what hangs under that; and acks,
   * which bring back less, and revokes of paths above it, which reach less.
   */
  reachOf(revoke: AcceptedEntry): readonly AcceptedEntry[];
}

export function createRevocations(deps: {
  readonly capabilities: Capabilities;
  readonly signed: SignedEntries;
  readonly reachability: Reachability;
}): Revocations {
  const { capabilities, signed, reachability } = deps;
  const known = new Map<AcceptedEntry, Revocation>();
  const byTarget = new Map<NodeId, Map<Capability, Revocation[]>>();

  return {
    add: (revoke) => {
      const { key, frontier } = readRevokeBody(revoke.entry.body);
      const revocation = { accepted: revoke, key, spared: reachability.unitedPastOf(frontier) };
      known.set(revoke, revocation);
      const slots = byTarget.get(key) ?? new Map<Capability, Revocation[]>();
      byTarget.set(key, slots);
      const list = slots.get(revoke.entry.grant) ?? [];
      slots.set(revoke.entry.grant, list);
      list.push(revocation);
    },
    against: (key, capability) => byTarget.get(key)?.get(capability) ?? NONE,
    reachOf: (revoke) => {
      const { key, spared } = known.get(revoke)!;
      const { path, grant: revoker } = revoke.entry;
      const reached: AcceptedEntry[] = [];
      const descended = new Set<AcceptedEntry>();
      const descend = (item: AcceptedEntry) => {
        const { entry } = item;
        const isAbove = entry.action === 'revoke' && isWithin(path, entry.path);
        // An ack anywhere may name an entry within the path.
        if (isWithin(entry.path, path) || entry.action === 'ack' || isAbove) reached.push(item);
        // What is written under a grant stands within its path (L5).
        const meets = isWithin(entry.path, path) || isWithin(path, entry.path);
        if (entry.action !== 'grant' || !meets || descended.has(item)) return;
        descended.add(item);
        for (const below of signed.under(entry.id)) descend(below);
      };
      for (const [capability, items] of signed.by(key))
        if (capabilities.above(capability).includes(revoker))
          for (const item of items) if (!spared.has(item.index)) descend(item);
      return reached;
    },
  };
}

const NONE: readonly Revocation[] = [];
