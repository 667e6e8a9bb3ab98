import type { NodeId } from '../wire/ids.ts';
import { ACTIVE_VIEW, type ActiveView, MAX_LINKS } from './active-view.ts';
import { createBudget } from './budget.ts';
import type { MembershipTurn } from './membership-turn.ts';
import type { PassiveView } from './passive-view.ts';
import type { SiteSlots } from './site-slots.ts';

/** Keeps the active view full: whom to dial, when to ask the signaling servers for others, and which links to swap (M9, M11). */
export interface FailureReplacement {
  /** A link is up at the node for the first time. */
  readonly joined: boolean;
  isDialing(peer: NodeId): boolean;
  /** Dials until the active view is full. */
  fill(): void;
  /** A signaling server, or the node's own storage, named these. */
  onIntroduced(peers: readonly NodeId[]): void;
  onLinkUp(peer: NodeId): void;
  onLinkDown(peer: NodeId, meant: boolean): void;
  onDialFailed(peer: NodeId): void;
  /** A walk ended here: takes the newcomer in while there is room. */
  takeIn(newcomer: NodeId): void;
  /** At a shuffle: asks the servers by chance. */
  lookAround(): void;
  /** At a shuffle: at most one swap for a link of the kind that is short. */
  optimise(): void;
}

/** A guess: a newcomer dials these first and lets the walks bring it the others, from all over the mesh. */
const CONTACTS = 2;
/** A guess: how long a newcomer waits for the walks before it dials on. */
const WALKS_MS = 2_000;
/** A guess: who had no place for us, or for whom we had none, is left alone for this long. */
const REST_MS = 60_000;
/** A guess: a pause before the first dial after a link broke, so that two ends do not dial each other at once. */
const RELINK_MS = 500;
/** Guesses that bound churn: what a node dials, how often it asks for others. */
const DIALS = { burst: 12, perSecond: 1 } as const;
const SEEKS = { burst: 1, perSecond: 1 / 60 } as const;
/**
 * A guess: the share of shuffles at which the signaling servers are asked who is there, though nobody is missing. An island of nodes
 * whose views are full has no other way to learn of the rest. More asks the servers more often, less leaves islands alone for longer.
 */
const LOOK_AROUND = 0.05;

export function createFailureReplacement({
  turn,
  view,
  passive,
  slots,
  learnIntroduced,
}: {
  readonly turn: MembershipTurn;
  readonly view: ActiveView;
  readonly passive: PassiveView;
  readonly slots: SiteSlots;
  readonly learnIntroduced: (peer: NodeId) => void;
}): FailureReplacement {
  const { neighbours } = view;
  const dialing = new Set<NodeId>();
  const dials = createBudget(DIALS);
  const seeks = createBudget(SEEKS);
  let joined = false;
  /** The active view was full once. */
  let wasFull = false;

  const dialable = () =>
    passive.candidates(turn.nowMs, turn.random).filter((peer) => !neighbours.has(peer) && !dialing.has(peer));

  const dial = (peer: NodeId): boolean => {
    if (!dials.take(turn.nowMs)) return false;
    dialing.add(peer);
    turn.emit({ type: 'dial', peer });
    return true;
  };

  /** Dials until the active view is full, then once more when candidates are awake or dials are left. */
  const fill = () => {
    let candidates = dialable();
    while (neighbours.size + dialing.size < ACTIVE_VIEW) {
      const peer = slots.pick([...neighbours, ...dialing], candidates);
      if (peer === undefined || !dial(peer)) break;
      candidates = candidates.filter((candidate) => candidate !== peer);
    }
    if (neighbours.size + dialing.size >= ACTIVE_VIEW) return;
    const nextMs = passive.nextAtMs(turn.nowMs);
    const restMs = nextMs === undefined ? undefined : nextMs - turn.nowMs;
    const waitMs = candidates.length > 0 ? dials.waitMs(turn.nowMs) : restMs;
    if (waitMs !== undefined) turn.schedule('redial', Math.max(1, waitMs));
    // A fleet that was never larger than its views has nobody else to be told of.
    const mayKnowMore = wasFull || neighbours.size === 0;
    if (joined && mayKnowMore && candidates.length === 0) seek();
  };

  const seek = () => {
    if (seeks.take(turn.nowMs)) turn.emit({ type: 'seek-peers' });
  };

  /**
   * A node that is introduced again was cut off from the server, and may have been cut off from half of the fleet: full active views on
   * both sides would never look for each other. One link more of each such node joins the halves; shuffles do the rest.
   */
  const bridge = (peers: readonly NodeId[]) => {
    if (neighbours.size < ACTIVE_VIEW || neighbours.size >= MAX_LINKS.low || dialing.size > 0) return;
    const stranger = turn.pickAny(dialable().filter((peer) => peers.includes(peer)));
    if (stranger !== undefined) dial(stranger);
  };

  return {
    get joined() {
      return joined;
    },
    isDialing: (peer) => dialing.has(peer),
    fill,
    /** A newcomer to a large fleet that dialled only whom it was told of would be linked with other newcomers alone. */
    onIntroduced: (peers) => {
      for (const peer of peers) learnIntroduced(peer);
      if (joined || peers.length <= ACTIVE_VIEW) {
        fill();
        return bridge(peers);
      }
      while (dialing.size < CONTACTS) {
        const peer = slots.pick(dialing, dialable());
        if (peer === undefined || !dial(peer)) break;
      }
      turn.schedule('redial', WALKS_MS);
    },
    onLinkUp: (peer) => {
      dialing.delete(peer);
      joined = true;
      wasFull ||= neighbours.size >= ACTIVE_VIEW;
    },
    onLinkDown: (peer, meant) => {
      passive.rest(peer, turn.nowMs + (meant ? REST_MS : RELINK_MS) * (0.5 + turn.random()));
    },
    onDialFailed: (peer) => {
      dialing.delete(peer);
      passive.onDialFailed(peer, turn.nowMs, turn.random);
      fill();
    },
    takeIn: (newcomer) => {
      if (
        !neighbours.has(newcomer) &&
        !dialing.has(newcomer) &&
        neighbours.size + dialing.size < MAX_LINKS.low
      )
        dial(newcomer);
    },
    lookAround: () => {
      if (turn.random() < LOOK_AROUND) seek();
    },
    optimise: () => {
      if (neighbours.size < ACTIVE_VIEW || dialing.size > 0) return;
      const missing = slots.pickMissing(neighbours, dialable());
      if (missing !== undefined && dial(missing)) return;
      if (neighbours.size <= ACTIVE_VIEW + 1) return;
      const victim = slots.surplus(neighbours).at(-1);
      // Attack: who says that it is alone is spared for a while, but no older link goes in its place.
      if (victim !== undefined && !view.isAlone(victim))
        view.drop(victim, 'this node has more neighbours than it needs');
    },
  };
}
