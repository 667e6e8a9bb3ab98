import type { View } from '../../core/ledger/view.ts';
import type { Node } from '../../core/node/node.ts';
import { wishFor } from '../../core/rollout/wish.ts';
import type { NodeId, RolloutId } from '../../core/wire/encoding/ids.ts';

/** How many devices' wishes are by which rollout. */
export interface WishCount {
  /** These devices were admitted anew or withdrawn. */
  look(admitted: ReadonlySet<NodeId>): void;
  isFollowed(rollout: RolloutId): boolean;
}

export function createWishCount({ view }: Pick<Node, 'view'>): WishCount {
  const wishes = new Map<NodeId, RolloutId>();
  const followers = new Map<RolloutId, number>();
  let rollouts: View['rollouts'] = [];
  let releases: readonly NonNullable<ReturnType<View['releases']['get']>>[] = [];

  const count = (rollout: RolloutId | undefined, change: 1 | -1) => {
    if (rollout !== undefined) followers.set(rollout, (followers.get(rollout) ?? 0) + change);
  };

  const recount = (device: NodeId) => {
    const wish = wishFor(view(), view().devices.get(device)?.body)?.rollout;
    const before = wishes.get(device);
    if (wish === before) return;
    count(before, -1);
    count(wish, 1);
    if (wish === undefined) wishes.delete(device);
    else wishes.set(device, wish);
  };

  return {
    look: (admitted) => {
      const known = [...view().releases.values()];
      // A view keeps its list of rollouts, and what it knows of a release, until they change.
      const isSame =
        rollouts === view().rollouts &&
        releases.length === known.length &&
        known.every((release, index) => release === releases[index]);
      rollouts = view().rollouts;
      releases = known;
      for (const device of admitted) recount(device);
      if (!isSame) for (const device of view().devices.keys()) recount(device);
    },
    isFollowed: (rollout) => (followers.get(rollout) ?? 0) > 0,
  };
}
