import type { NodeId } from '../wire/encoding/ids.ts';
import { type Budget, createBudget } from './budget.ts';
import type { HyParViewConfig } from './hyparview-config.ts';
import type { MembershipTurn } from './membership-turn.ts';
import type { LinkOfPeer, SiteSlots } from './site-slots.ts';

/** HyParView's active view: the nodes with a link that is up. A link is here from the first moment, before a NEIGHBOR request goes over it. */
export interface ActiveView {
  /** Oldest link first. */
  readonly neighbours: ReadonlySet<NodeId>;
  /** Those that the ledger knows, oldest link first. */
  members(): readonly NodeId[];
  /** Whom to send walks and shuffles to: members, or, to who has none, all. Attack: a stranger swallows them or makes up an answer. */
  trusted(): readonly NodeId[];
  admits(peer: NodeId): boolean;
  /** Whether a place is free for a stranger, so that nobody need go. */
  hasRoomForStranger(): boolean;
  /** `dialled`: this node chose it. A stranger beyond the places that are lent goes again, or the one that had its place longest. */
  add(peer: NodeId, dialled: boolean): void;
  /** True when one of the ends dropped the link, and its end is no failure. */
  remove(peer: NodeId): boolean;
  /** False when the neighbour sends more about membership than its share; what is over is dropped. */
  hears(peer: NodeId): boolean;
  /** A JOIN or NEIGHBOR request came; true when the link stays. Only the first of a link counts. */
  onRequest(peer: NodeId, priority: 'high' | 'low'): boolean;
  /** The other end drops the link. */
  onDropped(peer: NodeId): void;
  /** The neighbour said how its own active view is, and so what this link is to it. */
  onViewTold(peer: NodeId, link: LinkOfPeer): void;
  /** The neighbour has no more links of this kind than it wants, by what it says. */
  isWantedBy(peer: NodeId): boolean;
  /** It asked for its place a short while ago, and had no other neighbour then. */
  wasAlone(peer: NodeId): boolean;
  /**
   * Members that have no other neighbour, or no other outside their site, by what they say, and keep their places therefore: a few, the
   * former first, and the oldest links.
   */
  spared(): ReadonlySet<NodeId>;
  /** Ends the link to keep the view small. */
  drop(peer: NodeId, reason: string): void;
}

/**
 * Strangers are nodes that the fleet's ledger does not know. A newcomer is one until its admission has spread, and two strangers must be
 * able to meet; but keys are free to make. So they are lent the places that members leave free, and these at least.
 * Attack: Sybils link with all they can until honest nodes have no links with each other (Douceur, "The Sybil Attack", IPTPS 2002: only
 * an authority that admits bounds them; here the ledger does).
 */
const LENT_PLACES = 2;
/**
 * A guess: a lent place that others wait for changes hands after this long, the one lent longest first, so that who holds on to all of
 * them locks no newcomer out. Longer spares links, shorter lets in more newcomers while strangers besiege the fleet.
 */
const LENT_MS = 20_000;
/** A guess that bounds churn: links dropped for nodes without neighbours. */
const DISPLACEMENTS = { burst: 4, perSecond: 0.2 } as const;
/** A guess: so long a node without neighbours may need to find others; longer leaves views larger, shorter leaves newcomers alone again. */
const ALONE_MS = 60_000;
/**
 * A guess: members that keep their places because this link is their only one, or their only one out of their site; without it, and
 * without a server, nobody would carry their signals. More leaves fewer nodes alone when the ways out of a site are few. Attack: an
 * eclipse, by those who say so and have others: two of nine places are what all of them together can gain.
 */
const MAX_SPARED = 2;
/** A guess: what of shuffles, walks and views one neighbour may send; 10,000 honest nodes send a tenth of it. */
const MESSAGES_OF_ONE = { burst: 60, perSecond: 5 } as const;

export function createActiveView({
  turn,
  slots,
  isMember,
  maxLinks,
}: {
  readonly maxLinks: HyParViewConfig['maxLinks'];
  readonly turn: MembershipTurn;
  readonly slots: SiteSlots;
  readonly isMember: (node: NodeId) => boolean;
}): ActiveView {
  const links = new Map<
    NodeId,
    {
      readonly budget: Budget;
      readonly sinceMs: number;
      asked: boolean;
      aloneUntilMs: number;
      ofPeer: LinkOfPeer;
    }
  >();
  const neighbours = new Set<NodeId>();
  /** Ends of links that this node drops, or was told to leave, so that their end is no failure. */
  const leaving = new Set<NodeId>();
  const displacements = createBudget(DISPLACEMENTS);

  const members = () => [...neighbours].filter(isMember);
  const strangers = () => [...neighbours].filter((peer) => !isMember(peer) && !leaving.has(peer));
  const lentPlaces = () => Math.max(LENT_PLACES, maxLinks.low - members().length);
  const isOverdue = (peer: NodeId) => turn.nowMs - (links.get(peer)?.sinceMs ?? 0) >= LENT_MS;

  const spared = () => {
    const whose = (ofPeer: LinkOfPeer) =>
      members().filter((peer) => links.get(peer)?.ofPeer === ofPeer && !leaving.has(peer));
    return new Set([...whose('only-link'), ...whose('only-way-out')].slice(0, MAX_SPARED));
  };

  const drop = (peer: NodeId, reason: string) => {
    leaving.add(peer);
    turn.send(peer, { type: 'disconnect' });
    turn.emit({ type: 'hang-up', peer, reason });
  };

  /**
   * Makes room for one that has no other neighbour, at the cost of the youngest link of the kind that has more than its places.
   * Attack: an eclipse; who says again and again that it is alone takes the place of its like, and links of old stay (Heilman et al.,
   * "Eclipse Attacks on Bitcoin's Peer-to-Peer Network", USENIX Security 2015, section 7).
   */
  const makeRoom = (forPeer: NodeId): boolean => {
    const all = members();
    if (all.length <= maxLinks.low) return true;
    if (!displacements.take(turn.nowMs)) return all.length <= maxLinks.high;
    const kept = spared();
    const others = all.filter((peer) => peer !== forPeer && !leaving.has(peer) && !kept.has(peer));
    const victim = slots.surplus(others).at(-1);
    if (victim !== undefined) drop(victim, 'its place went to a node without neighbours');
    return true;
  };

  const refuse = (peer: NodeId) => {
    leaving.add(peer);
    turn.send(peer, { type: 'neighbor-answer', accepted: false });
    turn.emit({ type: 'hang-up', peer, reason: 'all places for neighbours are taken' });
  };

  /** Members never make place for strangers, but strangers for members and for each other. */
  const callIn = (newest: NodeId, dialled: boolean) => {
    const guests = strangers();
    if (guests.length <= lentPlaces()) return;
    const longest = guests.find((peer) => peer !== newest);
    if (longest !== undefined && (dialled || isMember(newest) || isOverdue(longest)))
      drop(longest, 'its place was lent to it, and others wait');
    else refuse(newest);
  };

  return {
    neighbours,
    members,
    trusted: () => {
      const known = members();
      return known.length > 0 ? known : [...neighbours];
    },
    admits: (peer) =>
      neighbours.has(peer) ||
      (isMember(peer)
        ? members().length < maxLinks.high
        : strangers().length < lentPlaces() || strangers().some(isOverdue)),
    hasRoomForStranger: () => strangers().length < lentPlaces(),
    add: (peer, dialled) => {
      leaving.delete(peer);
      neighbours.add(peer);
      links.set(peer, {
        budget: createBudget(MESSAGES_OF_ONE),
        sinceMs: turn.nowMs,
        asked: false,
        aloneUntilMs: 0,
        ofPeer: 'surplus',
      });
      callIn(peer, dialled);
    },
    remove: (peer) => {
      neighbours.delete(peer);
      links.delete(peer);
      return leaving.delete(peer);
    },
    hears: (peer) => links.get(peer)?.budget.take(turn.nowMs) ?? false,
    onRequest: (peer, priority) => {
      const link = links.get(peer);
      // Attack: asking again and again makes us tell the whole fleet of a newcomer, or drop our links.
      if (link === undefined || link.asked || leaving.has(peer)) return false;
      link.asked = true;
      if (priority === 'high') link.aloneUntilMs = turn.nowMs + ALONE_MS;
      const accepted =
        !isMember(peer) || (priority === 'high' ? makeRoom(peer) : members().length <= maxLinks.low);
      if (accepted) turn.send(peer, { type: 'neighbor-answer', accepted });
      else refuse(peer);
      return accepted;
    },
    onDropped: (peer) => {
      leaving.add(peer);
    },
    onViewTold: (peer, ofPeer) => {
      const link = links.get(peer);
      if (link !== undefined) link.ofPeer = ofPeer;
    },
    isWantedBy: (peer) => links.has(peer) && links.get(peer)?.ofPeer !== 'surplus',
    wasAlone: (peer) => turn.nowMs < (links.get(peer)?.aloneUntilMs ?? 0),
    spared,
    drop,
  };
}
