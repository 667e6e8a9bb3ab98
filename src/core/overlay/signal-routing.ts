import type { NodeId } from '../wire/encoding/ids.ts';
import { MAX_HOPS, type MembershipMessage, type SignalMessage } from '../wire/link/overlay.ts';
import { type Budget, createBudget } from './budget.ts';
import { shuffled } from './passive-view.ts';
import { createSignalShares } from './signal-shares.ts';

/**
 * Signals through the mesh: two nodes that are connected by a neighbour, or by a path of a few hops, set up a link over
 * it. Which neighbour leads to which node is soft state, learned from messages that pass: neighbours' active views, and
 * the ways by which newcomers, shuffles and signals came. Where nothing is known a signal walks at random. Like a
 * signal from a server it proves nothing: the link's handshake does. Members have precedence over strangers, as next
 * hops and in what is carried. Attack: Sybils that use up what neighbours carry, or draw the ways to honest nodes to
 * themselves.
 */
export interface SignalRouting {
  onLinkUp(peer: NodeId): void;
  onLinkDown(peer: NodeId): void;
  /** Learns ways from a message that a neighbour sent; the message is membership's. */
  onMembership(peer: NodeId, message: MembershipMessage, nowMs: number): void;
  offer(offer: OfferedSignal, nowMs: number, random: () => number): readonly SignalEffect[];
  onSignal(
    peer: NodeId,
    message: SignalMessage,
    nowMs: number,
    random: () => number,
  ): readonly SignalEffect[];
}

export interface OfferedSignal {
  readonly to: NodeId;
  readonly signal: Uint8Array;
  readonly search: boolean;
}

export type SignalEffect =
  | { readonly type: 'send-message'; readonly to: NodeId; readonly message: SignalMessage }
  | { readonly type: 'signal-arrived'; readonly from: NodeId; readonly signal: Uint8Array }
  | { readonly type: 'peer-misbehaved'; readonly peer: NodeId; readonly reason: string };

/** A guess: a way is believed this long after something came along it. */
const ROUTE_MS = 300_000;
/** A guess: ways kept to members, and to strangers; the oldest go first. */
const MAX_ROUTES = 512;
/** A guess: walks that a search starts; each hop sees two hops on, so that three find a node among some hundreds. */
const WALKS = 3;
/** A guess: signals that one author may send through us. A link takes about four each way. */
const SIGNALS_OF_AUTHOR = { burst: 24, perSecond: 2 } as const;
/** A guess: authors with a budget of their own; when more come the oldest starts anew. */
const MAX_AUTHORS = 512;
/** A guess: signals that are remembered, so that copies that came by several ways count once. */
const MAX_SEEN = 256;

interface Route {
  readonly via: NodeId;
  readonly hops: number;
  readonly atMs: number;
}

export function createSignalRouting({
  self,
  isMember,
}: {
  readonly self: NodeId;
  readonly isMember: (node: NodeId) => boolean;
}): SignalRouting {
  const shares = createSignalShares();
  /** What each neighbour last said of its active view. */
  const views = new Map<NodeId, ReadonlySet<NodeId>>();
  /** Apart, so that no number of made-up names pushes out the way to a member. */
  const toMembers = new Map<NodeId, Route>();
  const toStrangers = new Map<NodeId, Route>();
  const authors = new Map<NodeId, Budget>();
  const seen = new Set<string>();

  const routeTo = (node: NodeId) => toMembers.get(node) ?? toStrangers.get(node);
  const learn = (node: NodeId, via: NodeId, hops: number, nowMs: number) => {
    const known = routeTo(node);
    const isBetter =
      known === undefined ||
      nowMs - known.atMs >= ROUTE_MS ||
      (isMember(known.via) === isMember(via) ? hops <= known.hops : isMember(via));
    if (node === self || !isBetter) return;
    for (const kept of [toMembers, toStrangers]) kept.delete(node);
    const kept = isMember(node) ? toMembers : toStrangers;
    kept.set(node, { via, hops, atMs: nowMs });
    dropOldest(kept, MAX_ROUTES);
  };
  const learnPath = (path: readonly NodeId[], via: NodeId, nowMs: number) => {
    for (const [index, node] of path.entries()) learn(node, via, path.length - index, nowMs);
  };

  /** Neighbours to hand the signal to: the target, one that is linked with it, one that it was heard through; or else at random. */
  const nextHops = (
    target: NodeId,
    path: readonly NodeId[],
    walks: number,
    nowMs: number,
    random: () => number,
  ): readonly NodeId[] => {
    if (views.has(target)) return [target];
    const others = shuffled(
      [...views.keys()].filter((peer) => !path.includes(peer)),
      random,
    );
    const onward = [...others.filter(isMember), ...others.filter((peer) => !isMember(peer))];
    const shared = onward.find((peer) => views.get(peer)?.has(target));
    if (shared !== undefined) return [shared];
    const route = routeTo(target);
    if (route !== undefined && nowMs - route.atMs < ROUTE_MS && onward.includes(route.via))
      return [route.via];
    return onward.slice(0, walks);
  };

  const forward = (
    target: NodeId,
    path: readonly NodeId[],
    signal: Uint8Array,
    to: readonly NodeId[],
    nowMs: number,
  ): SignalEffect[] => {
    if (path.length > MAX_HOPS) return [];
    // The path names who made the signal and who carried it. Only its last node is proven; one stranger on it makes it
    // a stranger's signal.
    const byStranger = path.some((node) => node !== self && !isMember(node));
    return to
      .filter((peer) => shares.gives(peer, byStranger, nowMs))
      .map((peer) => ({ type: 'send-message', to: peer, message: { type: 'signal', target, path, signal } }));
  };

  const isNew = (author: NodeId, target: NodeId, signal: Uint8Array) => {
    const key = `${author} ${target} ${signal.length} ${fingerprintOf(signal)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    dropOldest(seen, MAX_SEEN);
    return true;
  };

  const authorMay = (author: NodeId, nowMs: number) => {
    const budget = authors.get(author) ?? createBudget(SIGNALS_OF_AUTHOR);
    authors.set(author, budget);
    dropOldest(authors, MAX_AUTHORS);
    return budget.take(nowMs);
  };

  return {
    onLinkUp: (peer) => {
      shares.onLinkUp(peer);
      views.set(peer, new Set());
    },
    onLinkDown: (peer) => {
      shares.onLinkDown(peer);
      views.delete(peer);
      for (const kept of [toMembers, toStrangers])
        for (const [node, { via }] of kept) if (via === peer) kept.delete(node);
    },
    onMembership: (peer, message, nowMs) => {
      if (!views.has(peer)) return;
      if (message.type === 'active-view') views.set(peer, new Set(message.nodes));
      else if (message.type === 'forward-join')
        learn(message.node, peer, MAX_HOPS + 1 - message.hopsLeft, nowMs);
      else if (message.type === 'shuffle' || message.type === 'shuffle-reply') {
        if (message.type === 'shuffle') learnPath(message.path, peer, nowMs);
        // Who names a node knows a way to it, or knew one.
        for (const node of message.nodes) learn(node, peer, MAX_HOPS, nowMs);
      }
    },
    offer: ({ to, signal, search }, nowMs, random) =>
      forward(to, [self], signal, nextHops(to, [self], search ? WALKS : 0, nowMs, random), nowMs),
    onSignal: (peer, { target, path, signal }, nowMs, random) => {
      const author = path[0];
      if (!views.has(peer)) return [];
      if (author === undefined || path.at(-1) !== peer || path.includes(self) || path.includes(target))
        return [{ type: 'peer-misbehaved', peer, reason: 'a signal whose path does not end at who sent it' }];
      if (!shares.takesFrom(peer, nowMs) || !authorMay(author, nowMs)) return [];
      learnPath(path, peer, nowMs);
      if (!isNew(author, target, signal)) return [];
      if (target === self) return [{ type: 'signal-arrived', from: author, signal }];
      const onward = [...path, self];
      return forward(target, onward, signal, nextHops(target, onward, 1, nowMs, random), nowMs);
    },
  };
}

function dropOldest(
  collection: { readonly size: number; keys(): Iterator<unknown>; delete(key: never): boolean },
  most: number,
) {
  if (collection.size > most) collection.delete(collection.keys().next().value as never);
}

/** FNV-1a is enough: whoever makes two signals with one fingerprint harms only their own. */
function fingerprintOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
