import type { EntryId, NodeId } from '../../src/core/wire/encoding/ids.ts';
import { type ItemId, itemOfEntry } from '../../src/core/wire/link/item.ts';
import type { NodeIndex } from '../network/topology.ts';
import type { Directory } from './directory.ts';

/**
 * What the ledger of a fleet with strangers says when the scenario begins. An admission is an item like any other, with
 * the name of its node. A node that holds the founder's admission can tell members from strangers, and writes its own
 * admission if it has none, as with an invitation.
 */
export interface Roster {
  readonly founder: NodeIndex;
  isAdmitted(node: NodeIndex): boolean;
  /** It has the ledger from the start; others learn it over their links. */
  isSettled(node: NodeIndex): boolean;
  /** All admissions from before; one set for all who ask. */
  ledger(directory: Directory): ReadonlySet<ItemId>;
}

/** The first of those admitted is the founder. */
export function createRoster(
  admitted: readonly NodeIndex[],
  isSettled: (node: NodeIndex) => boolean,
): Roster {
  const nodes = new Set(admitted);
  let admissions: ReadonlySet<ItemId> | undefined;
  return {
    founder: admitted[0]!,
    isAdmitted: (node) => nodes.has(node),
    isSettled,
    ledger: ({ idOf }) => {
      admissions ??= new Set(admitted.map((node) => admissionOf(idOf(node))));
      return admissions;
    },
  };
}

export function admissionOf(node: NodeId): ItemId {
  return itemOfEntry(node as string as EntryId);
}
