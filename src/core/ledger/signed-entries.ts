import type { NodeId } from '../wire/encoding/ids.ts';
import { signersOf } from '../wire/entry/entry.ts';
import type { AcceptedEntry } from './accepted.ts';
import type { Capability } from './capability.ts';

/** Accepted entries by what they rest on: the keys that signed them, and what they were written under. */
export interface SignedEntries {
  add(item: AcceptedEntry): void;
  /** What carries the key's signature, as author, cosigner or voucher, by what it was written under. */
  by(key: NodeId): ReadonlyMap<Capability, readonly AcceptedEntry[]>;
  under(capability: Capability): readonly AcceptedEntry[];
}

export function createSignedEntries(): SignedEntries {
  const byKey = new Map<NodeId, Map<Capability, AcceptedEntry[]>>();
  const byCapability = new Map<Capability, AcceptedEntry[]>();
  return {
    add: (item) => {
      for (const key of signaturesOn(item)) {
        const slots = byKey.get(key) ?? new Map<Capability, AcceptedEntry[]>();
        byKey.set(key, slots);
        append(slots, item);
      }
      append(byCapability, item);
    },
    by: (key) => byKey.get(key) ?? new Map(),
    under: (capability) => byCapability.get(capability) ?? [],
  };
}

/** Keys whose signature the entry needs to stand: its signers, and the invitation's key that vouched for its author. */
export function signaturesOn({ entry, voucherKey }: AcceptedEntry): readonly NodeId[] {
  const signers = signersOf(entry);
  return voucherKey === undefined || signers.includes(voucherKey) ? signers : [...signers, voucherKey];
}

function append(slots: Map<Capability, AcceptedEntry[]>, item: AcceptedEntry): void {
  const items = slots.get(item.entry.grant);
  if (items === undefined) slots.set(item.entry.grant, [item]);
  else items.push(item);
}
