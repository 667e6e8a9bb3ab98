import type { NodeId } from '../wire/ids.ts';
import { MAX_HOPS, type MembershipMessage, type SignalMessage } from '../wire/overlay.ts';
import { type Budget, createBudget } from './budget.ts';
import { shuffled } from './passive-view.ts';

/**
 * Signals through the mesh: two nodes that share a neighbour, or a path of a few hops, set up a link over it. Who is beyond which
 * neighbour is soft state, learned from what passes: neighbours' active views, and the ways that newcomers, shuffles and signals
 * came. Where nothing is known a signal walks at random. It proves nothing, like one of a signaling server: the link's handshake does.
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
/** A guess: ways kept, the oldest go first. */
const MAX_ROUTES = 512;
/** A guess: walks that a search starts; each hop sees two hops on, so that three find a node among some hundreds. */
const WALKS = 3;
/** Guesses: signals that one neighbour may send us, and one author through us. A link takes about four each way. */
const SIGNALS_OF_LINK = { burst: 80, perSecond: 8 } as const;
const SIGNALS_OF_AUTHOR = { burst: 24, perSecond: 2 } as const;
/** A guess: authors with a budget of their own; when more come the oldest starts anew. */
const MAX_AUTHORS = 512;
/** A guess: signals that are remembered, so that copies that came by several ways count once. */
const MAX_SEEN = 256;

export function createSignalRouting(self: NodeId): SignalRouting {
  const links = new Map<NodeId, { readonly budget: Budget; view: ReadonlySet<NodeId> }>();
  const routes = new Map<NodeId, { readonly via: NodeId; readonly hops: number; readonly atMs: number }>();
  const authors = new Map<NodeId, Budget>();
  const seen = new Set<string>();

  const learn = (node: NodeId, via: NodeId, hops: number, nowMs: number) => {
    const known = routes.get(node);
    if (node === self || (known !== undefined && known.hops < hops && nowMs - known.atMs < ROUTE_MS)) return;
    routes.delete(node);
    routes.set(node, { via, hops, atMs: nowMs });
    dropOldest(routes, MAX_ROUTES);
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
    if (links.has(target)) return [target];
    const onward = shuffled(
      [...links.keys()].filter((peer) => !path.includes(peer)),
      random,
    );
    const shared = onward.find((peer) => links.get(peer)?.view.has(target));
    if (shared !== undefined) return [shared];
    const route = routes.get(target);
    if (route !== undefined && nowMs - route.atMs < ROUTE_MS && onward.includes(route.via))
      return [route.via];
    return onward.slice(0, walks);
  };

  const forward = (
    target: NodeId,
    path: readonly NodeId[],
    signal: Uint8Array,
    to: readonly NodeId[],
  ): SignalEffect[] =>
    path.length > MAX_HOPS
      ? []
      : to.map((peer) => ({
          type: 'send-message',
          to: peer,
          message: { type: 'signal', target, path, signal },
        }));

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
      links.set(peer, { budget: createBudget(SIGNALS_OF_LINK), view: new Set() });
    },
    onLinkDown: (peer) => {
      links.delete(peer);
      for (const [node, { via }] of routes) if (via === peer) routes.delete(node);
    },
    onMembership: (peer, message, nowMs) => {
      const link = links.get(peer);
      if (link === undefined) return;
      if (message.type === 'active-view') link.view = new Set(message.nodes);
      else if (message.type === 'forward-join')
        learn(message.node, peer, MAX_HOPS + 1 - message.hopsLeft, nowMs);
      else if (message.type === 'shuffle' || message.type === 'shuffle-reply') {
        if (message.type === 'shuffle') learnPath(message.path, peer, nowMs);
        // Who names a node knows a way to it, or knew one.
        for (const node of message.nodes) learn(node, peer, MAX_HOPS, nowMs);
      }
    },
    offer: ({ to, signal, search }, nowMs, random) =>
      forward(to, [self], signal, nextHops(to, [self], search ? WALKS : 0, nowMs, random)),
    onSignal: (peer, { target, path, signal }, nowMs, random) => {
      const link = links.get(peer);
      const author = path[0];
      if (link === undefined) return [];
      if (author === undefined || path.at(-1) !== peer || path.includes(self) || path.includes(target))
        return [{ type: 'peer-misbehaved', peer, reason: 'a signal whose path does not end at who sent it' }];
      if (!link.budget.take(nowMs) || !authorMay(author, nowMs)) return [];
      learnPath(path, peer, nowMs);
      if (!isNew(author, target, signal)) return [];
      if (target === self) return [{ type: 'signal-arrived', from: author, signal }];
      const onward = [...path, self];
      return forward(target, onward, signal, nextHops(target, onward, 1, nowMs, random));
    },
  };
}

function dropOldest(
  collection: { readonly size: number; keys(): Iterator<unknown>; delete(key: never): boolean },
  most: number,
) {
  if (collection.size > most) collection.delete(collection.keys().next().value as never);
}

/** FNV-1a: who makes two signals of one fingerprint only spoils their own. */
function fingerprintOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
