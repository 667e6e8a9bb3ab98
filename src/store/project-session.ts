import type { Node } from '../core/node/node.ts';
import type { PendingState } from '../runtime/joining/pending-invitation.ts';
import type { NodeRuntime } from '../runtime/node-runtime.ts';
import type { Role, SessionModel, WatchModel } from './model.ts';

/** The part of a runtime that pages show. */
export type ShownRuntime = Pick<NodeRuntime, 'node' | 'rooms'>;

/** What the pages show that the node does not know. */
export interface BesideNode {
  readonly storage: () => StorageFacts;
  readonly watch: () => WatchModel;
  readonly invitation: () => PendingState | undefined;
}

export interface StorageFacts {
  readonly usage: { readonly usedBytes: number; readonly quotaBytes: number } | undefined;
  readonly persistent: boolean | undefined;
}

export function projectSession(
  runtime: ShownRuntime,
  beside: BesideNode,
  roles: readonly Role[],
): SessionModel {
  const storage = beside.storage();
  return {
    type: 'open',
    self: runtime.node.self,
    fleet: runtime.node.ledger.fleet,
    fleetName: runtime.node.view().fleetName,
    roles,
    signaling: runtime.rooms(),
    storage: storage.usage,
    storagePersistent: storage.persistent,
    lostEntries: lostEntries(runtime.node),
    invitation: beside.invitation(),
  };
}

/** An entry that a beacon named is one, though nobody counted it. */
function lostEntries(node: Node): number {
  const shortfall = node.shortfall();
  return shortfall === undefined ? 0 : Math.max(1, shortfall.entries);
}
