import type { NodeId } from '../wire/ids.ts';

/** Which nodes to be linked with. The links in use are the active view, the others that were heard of the passive view (HyParView). */
export interface Membership {
  readonly neighbours: ReadonlySet<NodeId>;
  handle(input: MembershipInput, random: () => number): readonly MembershipEffect[];
  /** Whether a node that dials us may link; a banned one may not. */
  admits(peer: NodeId): boolean;
}

export type MembershipInput =
  | { readonly type: 'peers-introduced'; readonly peers: readonly NodeId[] }
  /** A newcomer; it dials whom it wants, so that the two do not dial each other at once. */
  | { readonly type: 'peer-seen'; readonly peer: NodeId }
  | { readonly type: 'link-up'; readonly peer: NodeId }
  | { readonly type: 'link-down'; readonly peer: NodeId }
  | { readonly type: 'dial-failed'; readonly peer: NodeId }
  | { readonly type: 'peer-banned'; readonly peer: NodeId }
  | { readonly type: 'redial-due' };

export type MembershipEffect =
  | { readonly type: 'dial'; readonly peer: NodeId }
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string }
  | { readonly type: 'schedule-redial'; readonly delayMs: number };

/** HyParView's active view for 10,000 nodes is 5; one more keeps a small fleet close to a full mesh. */
const ACTIVE_VIEW = 6;
/** Links taken when dialled. Twice the active view, so that a newcomer is not turned away while others are still settling; a guess. */
const MAX_LINKS = 12;
/** HyParView uses 30. */
const PASSIVE_VIEW = 30;
/** A guess: dials in a row that fail before a peer is forgotten, until it is heard of again. */
const MAX_FAILED_DIALS = 5;
/** A guess: first redial after this, doubled each time, with jitter; longer spares the signaling server, shorter heals sooner. */
const REDIAL_MS = { least: 1_000, most: 30_000 };

export function createMembership(self: NodeId): Membership {
  const neighbours = new Set<NodeId>();
  const dialing = new Set<NodeId>();
  /** Oldest first, with the dials that failed since the peer was last heard of. */
  const passive = new Map<NodeId, number>();
  const banned = new Set<NodeId>();
  let redialMs = REDIAL_MS.least;

  const learn = (peer: NodeId) => {
    if (peer === self || banned.has(peer)) return;
    passive.delete(peer);
    passive.set(peer, 0);
    const oldest = passive.size > PASSIVE_VIEW ? passive.keys().next().value : undefined;
    if (oldest !== undefined) passive.delete(oldest);
  };

  const fill = (random: () => number): MembershipEffect[] => {
    const effects: MembershipEffect[] = [];
    const choice = [...passive.keys()].filter((peer) => !neighbours.has(peer) && !dialing.has(peer));
    while (neighbours.size + dialing.size < ACTIVE_VIEW && choice.length > 0) {
      const [peer] = choice.splice(Math.floor(random() * choice.length), 1);
      dialing.add(peer!);
      effects.push({ type: 'dial', peer: peer! });
    }
    return effects;
  };

  const countFailure = (peer: NodeId) => {
    const failed = (passive.get(peer) ?? MAX_FAILED_DIALS) + 1;
    if (failed >= MAX_FAILED_DIALS) passive.delete(peer);
    else passive.set(peer, failed);
  };

  const redialLater = (random: () => number): MembershipEffect => {
    const delayMs = redialMs * (0.5 + random());
    redialMs = Math.min(redialMs * 2, REDIAL_MS.most);
    return { type: 'schedule-redial', delayMs };
  };

  return {
    neighbours,
    admits: (peer) =>
      peer !== self && !banned.has(peer) && (neighbours.size < MAX_LINKS || neighbours.has(peer)),
    handle: (input, random) => {
      switch (input.type) {
        case 'peers-introduced':
          input.peers.forEach(learn);
          return fill(random);
        case 'peer-seen':
          learn(input.peer);
          return [];
        case 'link-up':
          dialing.delete(input.peer);
          neighbours.add(input.peer);
          learn(input.peer);
          redialMs = REDIAL_MS.least;
          return [];
        case 'link-down':
          neighbours.delete(input.peer);
          return [redialLater(random)];
        case 'dial-failed':
          dialing.delete(input.peer);
          countFailure(input.peer);
          return neighbours.has(input.peer) ? [] : [redialLater(random)];
        case 'peer-banned':
          banned.add(input.peer);
          passive.delete(input.peer);
          return neighbours.has(input.peer)
            ? [{ type: 'hang-up', peer: input.peer, reason: 'banned for what it sent' }]
            : [];
        case 'redial-due':
          return fill(random);
      }
    },
  };
}
