import type { NodeId } from '../wire/encoding/ids.ts';
import { MAX_NODES, type MembershipMessage } from '../wire/link/overlay.ts';
import { createActiveView } from './active-view.ts';
import { createFailureReplacement } from './failure-replacement.ts';
import { DEFAULT_HYPARVIEW_CONFIG, type HyParViewConfig } from './hyparview-config.ts';
import { createJoinWalks } from './join-walks.ts';
import { createMembershipTurn, type HyParViewEffect, type HyParViewTimer } from './membership-turn.ts';
import { createPassiveView } from './passive-view.ts';
import { createShuffles } from './shuffles.ts';
import { createSiteSlots } from './site-slots.ts';

/**
 * HyParView (Leitão, Pereira, Rodrigues, "HyParView: a Membership Protocol for Reliable Gossip-Based Broadcast", DSN 2007): a small
 * active view of links, a larger passive view to replace them from. Two things differ from the paper. A link is made before the
 * NEIGHBOR request goes over it, since only a link proves who asks. And a shuffle's reply goes back the way that the shuffle came.
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
  /** Whoever bans bounds how many are banned at a time. */
  | { readonly type: 'peer-banned'; readonly peer: NodeId }
  | { readonly type: 'ban-ended'; readonly peer: NodeId }
  | { readonly type: 'members-changed' }
  | { readonly type: 'message-received'; readonly peer: NodeId; readonly message: MembershipMessage }
  | { readonly type: 'timer-fired'; readonly timer: HyParViewTimer };

/** A guess: shuffles between two draws of the passive view's ranks. */
const RESEED_SHUFFLES = 10;
/** A guess: changes of the active view are gathered for this long before neighbours are told. */
const ACTIVE_VIEW_MS = 500;

export function createHyParView(
  deps: {
    readonly self: NodeId;
    readonly siteOf: (node: NodeId) => string | undefined;
    readonly isMember: (node: NodeId) => boolean;
  },
  config: HyParViewConfig = DEFAULT_HYPARVIEW_CONFIG,
): HyParView {
  const { self, siteOf, isMember } = deps;
  const turn = createMembershipTurn();
  const passive = createPassiveView(self, isMember, config);
  const slots = createSiteSlots(self, siteOf, config.activeView);
  const view = createActiveView({ turn, slots, isMember, maxLinks: config.maxLinks });
  const { neighbours } = view;
  const banned = new Set<NodeId>();
  let shuffleCount = 0;

  const learn = (node: NodeId, heard: Parameters<typeof passive.learn>[1]) => {
    if (!banned.has(node)) passive.learn(node, heard, turn.random);
  };
  const learnNamed = (nodes: readonly NodeId[], by: NodeId) => {
    for (const node of nodes)
      if (node !== by && !neighbours.has(node)) learn(node, { type: 'named', by, near: slots.isNear(node) });
  };
  const replacement = createFailureReplacement({
    self,
    turn,
    view,
    passive,
    slots,
    isMember,
    mayDial: (peer) => peer !== self && !banned.has(peer),
    learnIntroduced: (peer) => learn(peer, { type: 'introduced' }),
    config,
  });
  const { isNear } = slots;
  const { takeIn } = replacement;
  const walks = createJoinWalks({ turn, view, siteOf, isNear, learnNamed, takeIn, walks: config.join.walks });
  const onLearned = replacement.fill;
  const shuffles = createShuffles({
    self,
    turn,
    view,
    passive,
    isNear,
    learnNamed,
    onLearned,
    shuffle: config.shuffle,
  });

  const onLinkUp = (peer: NodeId, dialled: boolean) => {
    const alone = neighbours.size === 0;
    view.add(peer, dialled);
    learn(peer, { type: 'linked' });
    if (dialled)
      turn.send(
        peer,
        replacement.joined ? { type: 'neighbor', priority: alone ? 'high' : 'low' } : { type: 'join' },
      );
    replacement.onLinkUp(peer);
    if (alone) turn.schedule('shuffle', config.shuffle.firstMs * (0.5 + turn.random()));
    turn.schedule('active-view', ACTIVE_VIEW_MS);
  };

  const onLinkDown = (peer: NodeId) => {
    replacement.onLinkDown(peer, view.remove(peer));
    turn.schedule('active-view', ACTIVE_VIEW_MS);
    replacement.fill();
  };

  const shuffle = () => {
    shuffleCount++;
    const pauseMs = Math.min(config.shuffle.mostMs, config.shuffle.firstMs * 2 ** Math.min(shuffleCount, 8));
    turn.schedule('shuffle', pauseMs * (0.5 + turn.random()));
    replacement.fill();
    if (shuffleCount % RESEED_SHUFFLES === 0) passive.reseed(turn.random);
    replacement.lookAround();
    shuffles.start();
    replacement.optimise();
  };

  const onMessage = (peer: NodeId, message: MembershipMessage) => {
    if (!view.hears(peer)) return;
    switch (message.type) {
      case 'join':
        if (view.onRequest(peer, 'high')) walks.start(peer);
        return;
      case 'neighbor':
        view.onRequest(peer, message.priority);
        return;
      case 'neighbor-answer':
      case 'disconnect':
        if (message.type === 'disconnect' || !message.accepted) view.onDropped(peer);
        return;
      case 'forward-join':
        if (message.node !== self && !banned.has(message.node))
          walks.onForwardJoin(peer, message.node, message.hopsLeft);
        return;
      case 'shuffle':
        return shuffles.onShuffle(peer, message.path, message.nodes);
      case 'shuffle-reply':
        return shuffles.onReply(peer, message.path, message.nodes);
      case 'active-view':
        // Its names are for routes (signal-routing.ts): it comes too often to be let into the passive view.
        return view.onViewTold(peer, slots.linkOf(peer, message.nodes));
    }
  };

  const ban = (peer: NodeId) => {
    banned.add(peer);
    passive.forget(peer);
    if (neighbours.has(peer)) turn.emit({ type: 'hang-up', peer, reason: 'banned for what it sent' });
  };

  const onTimer = (timer: HyParViewTimer) => {
    if (timer === 'redial') replacement.fill();
    else if (timer === 'shuffle') shuffle();
    else
      for (const peer of neighbours)
        turn.send(peer, { type: 'active-view', nodes: [...neighbours].slice(0, MAX_NODES) });
  };

  const handleInput = (input: HyParViewInput) => {
    switch (input.type) {
      case 'peers-introduced':
        return replacement.onIntroduced(input.peers);
      case 'peer-seen':
        return learn(input.peer, { type: 'introduced' });
      case 'link-up':
        return onLinkUp(input.peer, input.dialled);
      case 'link-down':
        return onLinkDown(input.peer);
      case 'dial-failed':
        return replacement.onDialFailed(input.peer);
      case 'peer-banned':
        return ban(input.peer);
      case 'ban-ended':
        banned.delete(input.peer);
        return;
      case 'members-changed':
        return replacement.fillSoon();
      case 'message-received':
        return onMessage(input.peer, input.message);
      case 'timer-fired':
        return onTimer(input.timer);
    }
  };

  return {
    neighbours,
    admits: (peer) => peer !== self && !banned.has(peer) && view.admits(peer),
    handle: (input, nowMs, random) => turn.take(nowMs, random, () => handleInput(input)),
  };
}
