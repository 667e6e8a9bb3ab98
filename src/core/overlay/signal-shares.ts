import type { NodeId } from '../wire/encoding/ids.ts';
import { type Budget, createBudget } from './budget.ts';

/** How many signals each neighbour may hand to this node, and this node to each. */
export interface SignalShares {
  onLinkUp(peer: NodeId): void;
  onLinkDown(peer: NodeId): void;
  /** Whether one more of that neighbour is looked at. */
  takesFrom(peer: NodeId, nowMs: number): boolean;
  /** Whether one more goes on to that neighbour. `byStranger`: a node on its path is no member. */
  gives(peer: NodeId, byStranger: boolean, nowMs: number): boolean;
}

/** Guesses: what is taken of one neighbour. A link takes about four signals each way. */
const OF_NEIGHBOUR = { burst: 80, perSecond: 8 } as const;
/**
 * Guesses: what one neighbour takes from this node, in two shares. The neighbour would drop any excess, members' and
 * strangers' signals alike, so this node drops strangers' signals first. Their share is small but never zero, enough
 * for two links at once and then one in four seconds, because a newcomer is a stranger until its admission has spread.
 */
const FOR_MEMBERS = { burst: 72, perSecond: 7 } as const;
const FOR_STRANGERS = { burst: 8, perSecond: 1 } as const;
/**
 * A guess: strangers may use what is left of the members' share above this, so that ten links of members can always
 * begin.
 */
const NEVER_LENT = 40;

interface Link {
  readonly taken: Budget;
  readonly forMembers: Budget;
  readonly forStrangers: Budget;
}

export function createSignalShares(): SignalShares {
  const links = new Map<NodeId, Link>();
  return {
    onLinkUp: (peer) => {
      links.set(peer, {
        taken: createBudget(OF_NEIGHBOUR),
        forMembers: createBudget(FOR_MEMBERS),
        forStrangers: createBudget(FOR_STRANGERS),
      });
    },
    onLinkDown: (peer) => {
      links.delete(peer);
    },
    takesFrom: (peer, nowMs) => links.get(peer)?.taken.take(nowMs) ?? false,
    gives: (peer, byStranger, nowMs) => {
      const link = links.get(peer);
      if (link === undefined) return false;
      const isLent = link.forMembers.left(nowMs) > NEVER_LENT;
      return (byStranger && !isLent ? link.forStrangers : link.forMembers).take(nowMs);
    },
  };
}
