import type { NodeId } from '../wire/ids.ts';
import { MAX_HOPS, MAX_NODES, type MembershipMessage } from '../wire/overlay.ts';
import { type Budget, createBudget } from './budget.ts';
import { createPassiveView, shuffled } from './passive-view.ts';
import { createSiteSlots } from './site-slots.ts';

/**
 * HyParView (Leitão, Pereira, Rodrigues, "HyParView: a Membership Protocol for Reliable Gossip-Based Broadcast", DSN 2007): a small
 * active view of links, a larger passive view to replace them from. Two things differ from the paper. A link is made before the
 * NEIGHBOR request goes over it, since only a link proves who asks. And a shuffle's reply goes back the way that the shuffle came,
 * since there are no connections for a single message.
 */
export interface HyParView {
  /** The active view. */
  readonly neighbours: ReadonlySet<NodeId>;
  admits(peer: NodeId): boolean;
  handle(input: HyParViewInput, nowMs: number, random: () => number): readonly HyParViewEffect[];
}

export type HyParViewInput =
  | { readonly type: 'peers-introduced'; readonly peers: readonly NodeId[] }
  | { readonly type: 'peer-seen'; readonly peer: NodeId }
  | { readonly type: 'link-up'; readonly peer: NodeId; readonly dialled: boolean }
  | { readonly type: 'link-down'; readonly peer: NodeId }
  | { readonly type: 'dial-failed'; readonly peer: NodeId }
  | { readonly type: 'peer-banned'; readonly peer: NodeId }
  | { readonly type: 'message-received'; readonly peer: NodeId; readonly message: MembershipMessage }
  | { readonly type: 'timer-fired'; readonly timer: HyParViewTimer };

export type HyParViewTimer = 'redial' | 'shuffle' | 'active-view';

export type HyParViewEffect =
  | { readonly type: 'send-message'; readonly to: NodeId; readonly message: MembershipMessage }
  | { readonly type: 'dial'; readonly peer: NodeId }
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string }
  | { readonly type: 'seek-peers' }
  | { readonly type: 'schedule-timer'; readonly timer: HyParViewTimer; readonly delayMs: number }
  | { readonly type: 'peer-misbehaved'; readonly peer: NodeId; readonly reason: string };

/** HyParView's active view for 10,000 nodes. */
const ACTIVE_VIEW = 5;
/** Links taken when dialled, low priority up to the first, high priority up to the second. A guess: room spares dropping links while a fleet starts. */
const MAX_LINKS = { low: 7, high: 9 } as const;
/** Random walks that make a newcomer known. HyParView sends one to each neighbour of its one contact; with two contacts half of that is enough. */
const WALKS = 2;
/** A guess: a newcomer dials these first and lets the walks bring it the others, from all over the mesh. */
const CONTACTS = 2;
/** A guess: how long a newcomer waits for the walks before it dials on. */
const WALKS_MS = 2_000;
/** HyParView's PRWL: where on its walk a newcomer enters passive views. */
const PASSIVE_WALK = 3;
/** HyParView's ka and kp: neighbours and passive nodes in a shuffle. */
const SHUFFLED = { active: 3, passive: 4 } as const;
/** A guess, half to one and a half of this apart: longer spares messages, shorter refreshes the passive view sooner. */
const SHUFFLE_MS = 60_000;
/** A guess: the first shuffle of a node, so that it soon knows others than the server's. */
const FIRST_SHUFFLE_MS = 5_000;
/** A guess: shuffles between two draws of the passive view's ranks. */
const RESEED_SHUFFLES = 10;
/**
 * A guess: the share of shuffles at which the signaling servers are asked who is there, though nobody is missing. An island of nodes
 * whose views are full has no other way to learn of the rest. More asks the servers more often, less leaves islands alone for longer.
 */
const LOOK_AROUND = 0.05;
/** A guess: changes of the active view are gathered for this long before neighbours are told. */
const ACTIVE_VIEW_MS = 500;
/** A guess: who had no place for us, or for whom we had none, is left alone for this long. */
const REST_MS = 60_000;
/** A guess: a pause before the first dial after a link broke, so that two ends do not dial each other at once. */
const RELINK_MS = 500;
/** Guesses that bound churn: what a node dials, how often it asks for others, the links that it drops, the newcomers that it makes known. */
const DIALS = { burst: 12, perSecond: 1 } as const;
const SEEKS = { burst: 1, perSecond: 1 / 60 } as const;
const DISPLACEMENTS = { burst: 4, perSecond: 0.2 } as const;
const NEWCOMERS = { burst: 16, perSecond: 2 } as const;
/** A guess: what of shuffles, walks and views one neighbour may send; 10,000 honest nodes send a tenth of it. */
const MESSAGES_OF_ONE = { burst: 60, perSecond: 5 } as const;
/** A guess: bans that are remembered, the oldest are forgotten first; keys are free to make. */
const MAX_BANNED = 4096;

export function createHyParView(deps: {
  readonly self: NodeId;
  readonly siteOf: (node: NodeId) => string | undefined;
}): HyParView {
  const { self } = deps;
  const active = new Map<NodeId, { readonly budget: Budget; asked: boolean }>();
  const neighbours = new Set<NodeId>();
  const dialing = new Set<NodeId>();
  const passive = createPassiveView(self);
  const slots = createSiteSlots(self, deps.siteOf);
  const banned = new Set<NodeId>();
  const dials = createBudget(DIALS);
  const seeks = createBudget(SEEKS);
  const displacements = createBudget(DISPLACEMENTS);
  const newcomers = createBudget(NEWCOMERS);
  /** Ends of links that this node drops, or was told to leave, so that their end is no failure. */
  const leaving = new Set<NodeId>();
  let joined = false;
  /** The active view was full once. */
  let wasFull = false;
  let shuffles = 0;
  let shuffleAnswerDue = false;
  let effects: HyParViewEffect[] = [];
  let now = 0;
  let chance: () => number = () => 0;

  const send = (to: NodeId, message: MembershipMessage) =>
    effects.push({ type: 'send-message', to, message });
  const schedule = (timer: HyParViewTimer, delayMs: number) =>
    effects.push({ type: 'schedule-timer', timer, delayMs });
  const pickAny = <Item>(items: readonly Item[]): Item | undefined =>
    items[Math.floor(chance() * items.length)];

  const learn = (node: NodeId, heard: Parameters<typeof passive.learn>[1]) => {
    if (!banned.has(node)) passive.learn(node, heard, chance);
  };
  const learnNamed = (nodes: readonly NodeId[], by: NodeId) => {
    for (const node of nodes)
      if (node !== by && !neighbours.has(node)) learn(node, { type: 'named', by, near: slots.isNear(node) });
  };

  const dialable = () =>
    passive.candidates(now, chance).filter((peer) => !neighbours.has(peer) && !dialing.has(peer));

  const dial = (peer: NodeId): boolean => {
    if (!dials.take(now)) return false;
    dialing.add(peer);
    effects.push({ type: 'dial', peer });
    return true;
  };

  /** Failure replacement: dials until the active view is full, then once more when candidates are awake or dials are left. */
  const fill = () => {
    let candidates = dialable();
    while (neighbours.size + dialing.size < ACTIVE_VIEW) {
      const peer = slots.pick([...neighbours, ...dialing], candidates);
      if (peer === undefined || !dial(peer)) break;
      candidates = candidates.filter((candidate) => candidate !== peer);
    }
    if (neighbours.size + dialing.size >= ACTIVE_VIEW) return;
    const nextMs = passive.nextAtMs(now);
    const restMs = nextMs === undefined ? undefined : nextMs - now;
    const waitMs = candidates.length > 0 ? dials.waitMs(now) : restMs;
    if (waitMs !== undefined) schedule('redial', Math.max(1, waitMs));
    // A fleet that was never larger than its views has nobody else to be told of.
    const mayKnowMore = wasFull || neighbours.size === 0;
    if (joined && mayKnowMore && candidates.length === 0 && seeks.take(now))
      effects.push({ type: 'seek-peers' });
  };

  /** A newcomer to a large fleet that dialled only whom it was told of would be linked with other newcomers alone. */
  const onIntroduced = (peers: readonly NodeId[]) => {
    for (const peer of peers) learn(peer, { type: 'introduced' });
    if (joined || peers.length <= ACTIVE_VIEW) {
      fill();
      return bridge(peers);
    }
    while (dialing.size < CONTACTS) {
      const peer = slots.pick(dialing, dialable());
      if (peer === undefined || !dial(peer)) break;
    }
    schedule('redial', WALKS_MS);
  };

  /**
   * A node that is introduced again was cut off from the server, and may have been cut off from half of the fleet: full active views on
   * both sides would never look for each other. One link more of each such node joins the halves; shuffles do the rest.
   */
  const bridge = (peers: readonly NodeId[]) => {
    if (neighbours.size < ACTIVE_VIEW || neighbours.size >= MAX_LINKS.low || dialing.size > 0) return;
    const stranger = pickAny(dialable().filter((peer) => peers.includes(peer)));
    if (stranger !== undefined) dial(stranger);
  };

  const drop = (peer: NodeId, reason: string) => {
    leaving.add(peer);
    send(peer, { type: 'disconnect' });
    effects.push({ type: 'hang-up', peer, reason });
  };

  /**
   * Makes room for one that has no other neighbour, at the cost of the youngest link of the kind that has more than its places.
   * Attack: an eclipse; who says again and again that it is alone takes the place of its like, and links of old stay (Heilman et al.,
   * "Eclipse Attacks on Bitcoin's Peer-to-Peer Network", USENIX Security 2015, section 7).
   */
  const makeRoom = (forPeer: NodeId): boolean => {
    if (neighbours.size <= MAX_LINKS.low) return true;
    if (!displacements.take(now)) return neighbours.size <= MAX_LINKS.high;
    const others = [...neighbours].filter((peer) => peer !== forPeer && !leaving.has(peer));
    const victim = slots.surplus(others).at(-1);
    if (victim !== undefined) drop(victim, 'its place went to a node without neighbours');
    return true;
  };

  const refuse = (peer: NodeId) => {
    leaving.add(peer);
    send(peer, { type: 'neighbor-answer', accepted: false });
    effects.push({ type: 'hang-up', peer, reason: 'all places for neighbours are taken' });
  };

  const onLinkUp = (peer: NodeId, dialled: boolean) => {
    const alone = neighbours.size === 0;
    dialing.delete(peer);
    leaving.delete(peer);
    neighbours.add(peer);
    active.set(peer, { budget: createBudget(MESSAGES_OF_ONE), asked: false });
    learn(peer, { type: 'linked' });
    if (dialled)
      send(peer, joined ? { type: 'neighbor', priority: alone ? 'high' : 'low' } : { type: 'join' });
    joined = true;
    wasFull ||= neighbours.size >= ACTIVE_VIEW;
    if (alone) schedule('shuffle', FIRST_SHUFFLE_MS * (0.5 + chance()));
    schedule('active-view', ACTIVE_VIEW_MS);
  };

  const onLinkDown = (peer: NodeId) => {
    neighbours.delete(peer);
    active.delete(peer);
    const meant = leaving.delete(peer);
    passive.rest(peer, now + (meant ? REST_MS : RELINK_MS) * (0.5 + chance()));
    schedule('active-view', ACTIVE_VIEW_MS);
    fill();
  };

  const onJoin = (peer: NodeId) => {
    if (!makeRoom(peer)) return refuse(peer);
    send(peer, { type: 'neighbor-answer', accepted: true });
    if (!newcomers.take(now)) return;
    const others = shuffled([...neighbours], chance).filter((other) => other !== peer);
    for (const other of others.slice(0, WALKS))
      send(other, { type: 'forward-join', node: peer, hopsLeft: MAX_HOPS });
  };

  const onForwardJoin = (peer: NodeId, node: NodeId, hopsLeft: number) => {
    if (node === self || banned.has(node)) return;
    const near = slots.isNear(node);
    if (hopsLeft === 0 || neighbours.size <= 1) {
      learnNamed([node], peer);
      // A walk's end takes the newcomer in, but not for the asking: a peer cannot make us dial without end.
      if (!neighbours.has(node) && !dialing.has(node) && neighbours.size + dialing.size < MAX_LINKS.low)
        dial(node);
      return;
    }
    if (hopsLeft === PASSIVE_WALK || near) learnNamed([node], peer);
    const onward = [...neighbours].filter((other) => other !== peer && other !== node);
    // Every other step looks for the newcomer's own site, or it would hardly be found in a large fleet.
    const itsSite = deps.siteOf(node);
    const sameSite = onward.filter((other) => itsSite !== undefined && deps.siteOf(other) === itsSite);
    const next = pickAny(hopsLeft % 2 === 0 && sameSite.length > 0 ? sameSite : onward);
    if (next !== undefined) send(next, { type: 'forward-join', node, hopsLeft: hopsLeft - 1 });
  };

  const sample = (): NodeId[] => [
    ...shuffled([...neighbours], chance).slice(0, SHUFFLED.active),
    ...passive.sample(SHUFFLED.passive, chance).filter((node) => !neighbours.has(node)),
  ];

  const onShuffle = (peer: NodeId, path: readonly NodeId[], nodes: readonly NodeId[]) => {
    if (path.at(-1) !== peer || path.includes(self))
      return effects.push({
        type: 'peer-misbehaved',
        peer,
        reason: 'a shuffle whose path does not end at who sent it',
      });
    const origin = path[0]!;
    const next = pickAny([...neighbours].filter((other) => !path.includes(other)));
    if (path.length < MAX_HOPS && next !== undefined) {
      send(next, { type: 'shuffle', path: [...path, self], nodes });
      if (slots.isNear(origin)) learnNamed([origin], peer);
      return;
    }
    send(peer, {
      type: 'shuffle-reply',
      path: path.slice(0, -1),
      nodes: sample().filter((node) => node !== origin),
    });
    learnNamed([origin, ...nodes.slice(0, SHUFFLED.active + SHUFFLED.passive)], peer);
    fill();
  };

  const onShuffleReply = (peer: NodeId, path: readonly NodeId[], nodes: readonly NodeId[]) => {
    const next = path.at(-1);
    if (next !== undefined) {
      if (neighbours.has(next)) send(next, { type: 'shuffle-reply', path: path.slice(0, -1), nodes });
      return;
    }
    // Attack: answers that nobody asked for fill the passive view.
    if (!shuffleAnswerDue) return;
    shuffleAnswerDue = false;
    learnNamed(nodes.slice(0, SHUFFLED.active + SHUFFLED.passive), peer);
    fill();
  };

  const shuffle = () => {
    schedule('shuffle', SHUFFLE_MS * (0.5 + chance()));
    shuffles++;
    fill();
    if (shuffles % RESEED_SHUFFLES === 0) passive.reseed(chance);
    if (chance() < LOOK_AROUND && seeks.take(now)) effects.push({ type: 'seek-peers' });
    const to = pickAny([...neighbours]);
    if (to === undefined) return;
    shuffleAnswerDue = true;
    send(to, { type: 'shuffle', path: [self], nodes: sample().filter((node) => node !== to) });
    optimise();
  };

  /** At most one swap a shuffle: dials a node of the kind that is short, and drops one too many. */
  const optimise = () => {
    if (neighbours.size < ACTIVE_VIEW || dialing.size > 0) return;
    const missing = slots.pickMissing(neighbours, dialable());
    if (missing !== undefined && dial(missing)) return;
    if (neighbours.size <= ACTIVE_VIEW + 1) return;
    const victim = slots.surplus(neighbours).at(-1);
    if (victim !== undefined) drop(victim, 'this node has more neighbours than it needs');
  };

  const onMessage = (peer: NodeId, message: MembershipMessage) => {
    const link = active.get(peer);
    if (!link?.budget.take(now)) return;
    switch (message.type) {
      case 'join':
      case 'neighbor': {
        // Attack: asking again and again makes us tell the whole fleet of a newcomer, or drop our links.
        if (link.asked) return;
        link.asked = true;
        if (message.type === 'join') return onJoin(peer);
        if (message.priority === 'high' ? !makeRoom(peer) : neighbours.size > MAX_LINKS.low)
          return refuse(peer);
        return send(peer, { type: 'neighbor-answer', accepted: true });
      }
      case 'neighbor-answer':
      case 'disconnect':
        if (message.type === 'disconnect' || !message.accepted) leaving.add(peer);
        return;
      case 'forward-join':
        return onForwardJoin(peer, message.node, message.hopsLeft);
      case 'shuffle':
        return onShuffle(peer, message.path, message.nodes);
      case 'shuffle-reply':
        return onShuffleReply(peer, message.path, message.nodes);
      case 'active-view':
        // For routes alone (signal-routing.ts): it comes too often to be let into the passive view.
        return;
    }
  };

  const ban = (peer: NodeId) => {
    banned.add(peer);
    const oldest = banned.size > MAX_BANNED ? banned.values().next().value : undefined;
    if (oldest !== undefined) banned.delete(oldest);
    passive.forget(peer);
    if (neighbours.has(peer)) effects.push({ type: 'hang-up', peer, reason: 'banned for what it sent' });
  };

  const onTimer = (timer: HyParViewTimer) => {
    if (timer === 'redial') fill();
    else if (timer === 'shuffle') shuffle();
    else
      for (const peer of neighbours)
        send(peer, { type: 'active-view', nodes: [...neighbours].slice(0, MAX_NODES) });
  };

  const handleInput = (input: HyParViewInput) => {
    switch (input.type) {
      case 'peers-introduced':
        return onIntroduced(input.peers);
      case 'peer-seen':
        return learn(input.peer, { type: 'introduced' });
      case 'link-up':
        return onLinkUp(input.peer, input.dialled);
      case 'link-down':
        return onLinkDown(input.peer);
      case 'dial-failed':
        dialing.delete(input.peer);
        passive.onDialFailed(input.peer, now, chance);
        return fill();
      case 'peer-banned':
        return ban(input.peer);
      case 'message-received':
        return onMessage(input.peer, input.message);
      case 'timer-fired':
        return onTimer(input.timer);
    }
  };

  return {
    neighbours,
    admits: (peer) =>
      peer !== self && !banned.has(peer) && (neighbours.size < MAX_LINKS.high || neighbours.has(peer)),
    handle: (input, nowMs, random) => {
      effects = [];
      now = nowMs;
      chance = random;
      handleInput(input);
      return effects;
    },
  };
}
