import type { NodeId } from '../wire/encoding/ids.ts';
import type { ActiveView } from './active-view.ts';
import { createBudget } from './budget.ts';
import { activeViewSize, type HyParViewConfig } from './hyparview-config.ts';
import type { MembershipTurn } from './membership-turn.ts';
import { type PassiveView, shuffled } from './passive-view.ts';
import type { SiteSlots } from './site-slots.ts';

/** Keeps the active view full: whom to dial, when to ask the signaling servers for others, and which links to swap (M9, M11). */
export interface FailureReplacement {
  /** A link is up at the node for the first time. */
  readonly joined: boolean;
  isDialing(peer: NodeId): boolean;
  /** Dials until the active view is full. */
  fill(): void;
  /** The same, once for all that is asked of it within a moment. */
  fillSoon(): void;
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

/**
 * A guess: pauses between feelers, doubled each time. Longer spares links in a fleet of strangers, shorter ends an eclipse sooner: among
 * four Sybils to one honest node, one dial of members in eighty finds a lent place free.
 */
const FEELER_MS = { least: 2_000, most: 4_000 } as const;
/** A guess: half of the places that the passive view has for what servers named. */
const NEAR_INTRODUCED = 4;
/** A guess: names of two servers' samples (S3). */
const MAX_INTRODUCED = 64;
/** A guess: a ledger that arrives brings members one by one. */
const GATHER_MS = 200;
/** Guesses that bound churn: what a node dials, how often it asks for others. */
const DIALS = { burst: 12, perSecond: 1 } as const;
/**
 * A guess: with fewer links the servers are asked though there are others to dial. After a power cut most of those are gone too, and
 * each takes a dial's time to show it. More asks the servers more often, fewer leaves the last of a neighbourhood alone for longer.
 */
const FEW_LINKS = 3;
const SEEKS = { burst: 1, perSecond: 1 / 60 } as const;
/**
 * A guess: the share of shuffles at which the signaling servers are asked who is there, though nobody is missing. An island of nodes
 * whose views are full has no other way to learn of the rest. More asks the servers more often, less leaves islands alone for longer.
 */
const LOOK_AROUND = 0.05;

export function createFailureReplacement({
  self,
  turn,
  view,
  passive,
  slots,
  isMember,
  mayDial,
  learnIntroduced,
  config,
}: {
  readonly config: HyParViewConfig;
  readonly self: NodeId;
  readonly isMember: (node: NodeId) => boolean;
  readonly turn: MembershipTurn;
  readonly view: ActiveView;
  readonly passive: PassiveView;
  readonly slots: SiteSlots;
  readonly mayDial: (node: NodeId) => boolean;
  readonly learnIntroduced: (peer: NodeId) => void;
}): FailureReplacement {
  const { neighbours } = view;
  const { maxLinks, join, redial, attemptDelayMs } = config;
  const wantedLinks = activeViewSize(config);
  const dialing = new Set<NodeId>();
  const dials = createBudget(DIALS);
  const seeks = createBudget(SEEKS);
  let joined = false;
  /** What servers named and was not dialled since, in an order of chance, for a node that has no member among its neighbours. */
  let introduced: readonly NodeId[] = [];
  let lastDialMs = 0;
  /** The active view was full once. */
  let wasFull = false;
  /** A server named more than a view takes. */
  let isLarge = false;
  let fillDue = false;
  let feeler: { readonly pauseMs: number; readonly dueMs: number } | undefined;

  /**
   * Attack: many silent names at a server, which fill the few places that the passive view has for introduced ones. To a node that has
   * no member among its neighbours nobody else names an honest node, so it tries all that it was told of.
   */
  const dialable = () => {
    const passives = passive.candidates(turn.nowMs, turn.random);
    const all = view.members().length > 0 ? passives : [...new Set([...introduced, ...passives])];
    return all.filter((peer) => mayDial(peer) && !neighbours.has(peer) && !dialing.has(peer));
  };

  const dial = (peer: NodeId): boolean => {
    if (!dials.take(turn.nowMs)) return false;
    introduced = introduced.filter((other) => other !== peer);
    lastDialMs = turn.nowMs;
    dialing.add(peer);
    turn.emit({ type: 'dial', peer });
    return true;
  };

  const membersUnderWay = () => [...view.members(), ...[...dialing].filter(isMember)];
  /** A node that is no member itself is content with one of them among its neighbours. */
  const membersWanted = () => (isMember(self) ? wantedLinks : 1);

  /** Dials the candidates while `isShort`, of the kind that the view wants. */
  const dialWhile = (
    isShort: () => boolean,
    linked: () => readonly NodeId[],
    candidates: readonly NodeId[],
  ) => {
    let left = candidates;
    while (isShort()) {
      const peer = slots.pick(linked(), left);
      if (peer === undefined || !dial(peer)) break;
      left = left.filter((candidate) => candidate !== peer);
    }
    return left;
  };

  /** Dials members until there are enough of them, and strangers into what is left of the view. */
  const fill = () => {
    fillDue = false;
    const candidates = dialable();
    const lacksMembers = () => membersUnderWay().length < membersWanted();
    const isShort = () => neighbours.size + dialing.size < wantedLinks;
    const members = dialWhile(
      () => lacksMembers() || isShort(),
      membersUnderWay,
      candidates.filter(isMember),
    );
    const strangers = dialWhile(
      isShort,
      () => [...neighbours, ...dialing],
      candidates.filter((peer) => !isMember(peer)),
    );
    const waitsMs = [feelerWaitMs(strangers), hedgeWaitMs([...members, ...strangers])];
    // A fleet that was never larger than its views has nobody else to be told of.
    const mayKnowMore = joined ? wasFull || neighbours.size === 0 : isLarge;
    if (mayKnowMore && neighbours.size < FEW_LINKS) seek();
    if (lacksMembers() || isShort()) {
      const left = isShort() ? [...members, ...strangers] : members;
      const nextMs = passive.nextAtMs(turn.nowMs, (node) => isShort() || isMember(node));
      waitsMs.push(
        left.length > 0 ? dials.waitMs(turn.nowMs) : nextMs === undefined ? undefined : nextMs - turn.nowMs,
      );
      if (mayKnowMore && left.length === 0) seek();
      if (isLarge && !joined && left.length === 0) waitsMs.push(seeks.waitMs(turn.nowMs));
    }
    const waitMs = Math.min(...waitsMs.map((wait) => wait ?? Number.POSITIVE_INFINITY));
    if (waitMs < Number.POSITIVE_INFINITY) turn.schedule('redial', Math.max(1, waitMs));
  };

  /**
   * Attack: names that never answer, each of which would hold a place of the view until its dial is given up. Undefined while there is
   * no need.
   */
  const hedgeWaitMs = (left: readonly NodeId[]): number | undefined => {
    const next = left[0];
    if (next === undefined || neighbours.size > 0 || dialing.size < wantedLinks) return undefined;
    if (turn.nowMs - lastDialMs >= attemptDelayMs) dial(next);
    return Math.max(lastDialMs + attemptDelayMs - turn.nowMs, dials.waitMs(turn.nowMs));
  };

  /**
   * Attack: an eclipse. A node that has no member among its neighbours may be surrounded by strangers who keep the ledger from it, so
   * it goes on to try others and to ask the servers, its view full or not (feeler connections: Heilman et al., USENIX Security 2015,
   * section 7). Undefined while there is no need.
   */
  const feelerWaitMs = (strangers: readonly NodeId[]): number | undefined => {
    if (!joined || neighbours.size === 0 || view.members().length > 0) {
      feeler = undefined;
      return undefined;
    }
    feeler ??= { pauseMs: FEELER_MS.least, dueMs: turn.nowMs + FEELER_MS.least };
    if (feeler.dueMs <= turn.nowMs) {
      const pauseMs = Math.min(feeler.pauseMs * 2, FEELER_MS.most);
      feeler = { pauseMs, dueMs: turn.nowMs + pauseMs * (0.5 + turn.random()) };
      // What neighbours named counts least: they are the suspects.
      const wasIntroduced = (peer: NodeId) => introduced.includes(peer) || passive.isIntroduced(peer);
      const next = strangers.find(wasIntroduced) ?? strangers[0];
      if (next !== undefined) dial(next);
      seek();
    }
    return feeler.dueMs - turn.nowMs;
  };

  const seek = () => {
    if (seeks.take(turn.nowMs)) turn.emit({ type: 'seek-peers' });
  };

  /**
   * A node that is introduced again was cut off from the server, and may have been cut off from half of the fleet: full active views on
   * both sides would never look for each other. One link more of each such node joins the halves; shuffles do the rest.
   */
  const bridge = (peers: readonly NodeId[]) => {
    const members = view.members().length;
    if (neighbours.size < wantedLinks || members >= maxLinks.low || dialing.size > 0) return;
    const named = dialable().filter((peer) => peers.includes(peer));
    const known = named.filter(isMember);
    const unlinked = turn.pickAny(known.length > 0 ? known : named);
    if (unlinked !== undefined) dial(unlinked);
  };

  return {
    get joined() {
      return joined;
    },
    isDialing: (peer) => dialing.has(peer),
    fill,
    fillSoon: () => {
      if (!fillDue) turn.schedule('redial', GATHER_MS);
      fillDue = true;
    },
    /** A newcomer to a large fleet that dialled only whom it was told of would be linked with other newcomers alone. */
    onIntroduced: (peers) => {
      isLarge ||= peers.length > wantedLinks;
      // A server lists them in the order in which they joined; of one that lists more than the passive view takes, the last that are
      // learned stay: some of the own site, the others as chance will have it.
      const inAnyOrder = shuffled(peers, turn.random);
      const near = inAnyOrder.filter(slots.isNear).slice(0, NEAR_INTRODUCED);
      for (const peer of [...inAnyOrder.filter((peer) => !near.includes(peer)), ...near])
        learnIntroduced(peer);
      introduced = shuffled([...new Set([...introduced, ...peers])], turn.random).slice(0, MAX_INTRODUCED);
      if (joined || peers.length <= wantedLinks) {
        fill();
        return bridge(peers);
      }
      while (dialing.size < join.contacts) {
        const candidates = dialable();
        const members = candidates.filter(isMember);
        const peer = slots.pick(dialing, members.length > 0 ? members : candidates);
        if (peer === undefined || !dial(peer)) break;
      }
      turn.schedule('redial', join.waitMs);
    },
    onLinkUp: (peer) => {
      dialing.delete(peer);
      joined = true;
      wasFull ||= view.members().length >= wantedLinks;
    },
    onLinkDown: (peer, meant) => {
      passive.rest(peer, turn.nowMs + (meant ? redial.droppedMs : redial.brokenMs) * (0.5 + turn.random()));
    },
    onDialFailed: (peer) => {
      dialing.delete(peer);
      passive.onDialFailed(peer, turn.nowMs, turn.random);
      fill();
    },
    takeIn: (newcomer) => {
      if (neighbours.has(newcomer) || dialing.has(newcomer)) return;
      const hasRoom = isMember(newcomer)
        ? membersUnderWay().length < maxLinks.low
        : neighbours.size + dialing.size < maxLinks.low && view.hasRoomForStranger();
      if (hasRoom) dial(newcomer);
    },
    lookAround: () => {
      if (turn.random() < LOOK_AROUND) seek();
    },
    optimise: () => {
      const members = view.members();
      if (members.length < wantedLinks || dialing.size > 0) return;
      const missing = slots.pickMissing(members, dialable().filter(isMember));
      if (missing !== undefined && dial(missing)) return;
      const spared = view.spared();
      const others = members.filter((peer) => !spared.has(peer));
      if (others.length <= wantedLinks + 1) return;
      const victim = slots.surplus(others).at(-1);
      // Attack: who says that it is alone is spared, but no older link goes in its place.
      if (victim === undefined || view.wasAlone(victim)) return;
      // Two that want one of their kind and find only such as have enough of it would be linked and dropped for ever.
      if (members.length > maxLinks.low || !view.isWantedBy(victim))
        view.drop(victim, 'this node has more neighbours than it needs');
    },
  };
}
