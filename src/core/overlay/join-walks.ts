import type { NodeId } from '../wire/encoding/ids.ts';
import { MAX_HOPS } from '../wire/link/overlay.ts';
import type { ActiveView } from './active-view.ts';
import { createBudget } from './budget.ts';
import type { MembershipTurn } from './membership-turn.ts';
import { shuffled } from './passive-view.ts';

/** HyParView's FORWARD-JOIN: random walks make a newcomer known all over the mesh, and where one ends the newcomer is taken in. */
export interface JoinWalks {
  /** This neighbour has just joined through this node. */
  start(newcomer: NodeId): void;
  onForwardJoin(peer: NodeId, newcomer: NodeId, hopsLeft: number): void;
}

/** HyParView's PRWL: where on its walk a newcomer enters passive views. */
const PASSIVE_WALK = 3;
/** A guess that bounds churn: the newcomers that a node makes known. */
const NEWCOMERS = { burst: 16, perSecond: 2 } as const;

export function createJoinWalks({
  turn,
  view,
  siteOf,
  isNear,
  learnNamed,
  takeIn,
  walks,
}: {
  /** Random walks that make a newcomer known. */
  readonly walks: number;
  readonly turn: MembershipTurn;
  readonly view: Pick<ActiveView, 'trusted'>;
  readonly siteOf: (node: NodeId) => string | undefined;
  readonly isNear: (node: NodeId) => boolean;
  readonly learnNamed: (nodes: readonly NodeId[], by: NodeId) => void;
  readonly takeIn: (newcomer: NodeId) => void;
}): JoinWalks {
  const newcomers = createBudget(NEWCOMERS);
  return {
    start: (newcomer) => {
      if (!newcomers.take(turn.nowMs)) return;
      const others = shuffled(view.trusted(), turn.random).filter((other) => other !== newcomer);
      for (const other of others.slice(0, walks))
        turn.send(other, { type: 'forward-join', node: newcomer, hopsLeft: MAX_HOPS });
    },
    onForwardJoin: (peer, newcomer, hopsLeft) => {
      if (hopsLeft === 0 || view.trusted().length <= 1) {
        learnNamed([newcomer], peer);
        return takeIn(newcomer);
      }
      if (hopsLeft === PASSIVE_WALK || isNear(newcomer)) learnNamed([newcomer], peer);
      const onward = view.trusted().filter((other) => other !== peer && other !== newcomer);
      // Every other step looks for the newcomer's own site, or it would hardly be found in a large fleet.
      const itsSite = siteOf(newcomer);
      const sameSite = onward.filter((other) => itsSite !== undefined && siteOf(other) === itsSite);
      const next = turn.pickAny(hopsLeft % 2 === 0 && sameSite.length > 0 ? sameSite : onward);
      if (next !== undefined)
        turn.send(next, { type: 'forward-join', node: newcomer, hopsLeft: hopsLeft - 1 });
    },
  };
}
