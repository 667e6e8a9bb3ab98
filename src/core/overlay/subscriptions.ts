import type { NodeId } from '../wire/encoding/ids.ts';
import type { ItemId } from '../wire/link/item.ts';
import { type BroadcastMessage, MAX_RELAYS, type Topic } from '../wire/link/overlay.ts';
import { type Budget, createBudget } from './budget.ts';

/**
 * Which topics this node and its neighbours want, for themselves and for others. Nodes of a site may be linked by way of other sites
 * alone: a site's speaker is the core of its topic's tree (Ballardie, Francis, Crowcroft, "Core Based Trees", SIGCOMM 1993). What the
 * speaker says comes to every node of the fleet; a join goes back along that way, and who is on it relays the topic for as long as it
 * is asked to again (soft state, as in PIM-SM, RFC 7761).
 */
export interface Subscriptions {
  /** For itself or for others. */
  isWanted(topic: Topic): boolean;
  isWantedBy(peer: NodeId, topic: Topic): boolean;
  onLinkUp(peer: NodeId): readonly SubscriptionEffect[];
  onLinkDown(peer: NodeId): void;
  want(topics: readonly Topic[] | 'all'): readonly SubscriptionEffect[];
  onSubscribe(
    peer: NodeId,
    message: Extract<BroadcastMessage, { type: 'subscribe' }>,
    nowMs: number,
  ): readonly SubscriptionEffect[];
  onJoinTopic(peer: NodeId, topic: Topic, nowMs: number): readonly SubscriptionEffect[];
  /**
   * The topic's speaker was heard, `from` this neighbour; undefined at the speaker itself. `itemFrom`: who sent the newest item of the
   * topic that the speaker made; undefined where none is here that still holds.
   */
  onSpeakerHeard(heard: {
    readonly topic: Topic;
    readonly from: NodeId | undefined;
    readonly itemFrom: NodeId | undefined;
    /** Until the next is due. */
    readonly intervalMs: number;
  }): readonly SubscriptionEffect[];
  handleTimer(nowMs: number): readonly SubscriptionEffect[];
}

export type SubscriptionEffect =
  | {
      readonly type: 'send-message';
      readonly to: NodeId;
      readonly message: Extract<BroadcastMessage, { type: 'subscribe' | 'join-topic' }>;
    }
  /** Announce to the neighbour what is held of the topics that it wants now and did not want before. */
  | {
      readonly type: 'announce-held';
      readonly to: NodeId;
      readonly isNew: (topic: Topic) => boolean;
    }
  | { readonly type: 'schedule-timer'; readonly timer: 'relays'; readonly delayMs: number };

export interface HeldItem {
  readonly item: ItemId;
  readonly topic: Topic;
}

/** Undefined until the neighbour says; until then it gets all, so that nothing is lost in between. */
type Wants = { readonly own: ReadonlySet<Topic> | 'all'; readonly relays: ReadonlySet<Topic> } | undefined;

/** A guess: a summary may be half an interval late. Longer keeps ways that nobody needs any more, shorter breaks those in use. */
const RELAY_INTERVALS = 1.5;
/** A guess: more sites than a fleet has that is shown on one dashboard. */
const MAX_SPEAKERS = 4096;
/** A guess: how often one neighbour may want new topics, each time being told of what is held. Attack: small frames that cost large ones. */
const CHANGES_OF_ONE = { burst: 64, perSecond: 1 } as const;

export function createSubscriptions(): Subscriptions {
  const peers = new Map<NodeId, { wants: Wants; readonly changes: Budget }>();
  /** The neighbour from which each topic's speaker was heard last, and whether it was asked to join since. */
  const speakers = new Map<
    Topic,
    { readonly from: NodeId | undefined; readonly intervalMs: number; joined: boolean }
  >();
  const relays = new Map<Topic, { readonly untilMs: number }>();
  let own: readonly Topic[] | 'all' = [];

  const tell = (to: Iterable<NodeId>): SubscriptionEffect[] => {
    const message = { type: 'subscribe', topics: own, relays: [...relays.keys()] } as const;
    return Array.from(to, (peer) => ({ type: 'send-message', to: peer, message }));
  };
  const isOwn = (topic: Topic) => topic === 'fleet' || own === 'all' || own.includes(topic);

  const isMember = (peer: NodeId, topic: Topic) => {
    const wants = peers.get(peer)?.wants;
    return wants !== undefined && (wants.own === 'all' || wants.own.has(topic));
  };

  const join = (topic: Topic): readonly SubscriptionEffect[] => {
    const speaker = speakers.get(topic);
    if (speaker?.from === undefined || speaker.joined) return [];
    speaker.joined = true;
    return !peers.has(speaker.from) || isMember(speaker.from, topic)
      ? []
      : [{ type: 'send-message', to: speaker.from, message: { type: 'join-topic', topic } }];
  };

  /** When the first relay ends. */
  const lookAgain = (nowMs: number): readonly SubscriptionEffect[] => {
    if (relays.size === 0) return [];
    const next = Math.min(...Array.from(relays.values(), ({ untilMs }) => untilMs));
    return [{ type: 'schedule-timer', timer: 'relays', delayMs: Math.max(1, Math.ceil(next - nowMs)) }];
  };

  return {
    isWanted: (topic) => isOwn(topic) || relays.has(topic),
    isWantedBy: (peer, topic) => wantsTopic(peers.get(peer)?.wants, topic),
    onLinkUp: (peer) => {
      peers.set(peer, { wants: undefined, changes: createBudget(CHANGES_OF_ONE) });
      return tell([peer]);
    },
    onLinkDown: (peer) => {
      peers.delete(peer);
    },
    want: (topics) => {
      own = topics;
      return tell(peers.keys());
    },
    onSubscribe: (peer, { topics, relays: theirs }, nowMs) => {
      const known = peers.get(peer);
      if (known === undefined) return [];
      const before = known.wants;
      const after = { own: topics === 'all' ? topics : new Set(topics), relays: new Set(theirs) };
      known.wants = after;
      // The first time both ends say what they hold anyway (M2).
      if (before === undefined || !known.changes.take(nowMs)) return [];
      const isNew = (topic: Topic) => wantsTopic(after, topic) && !wantsTopic(before, topic);
      return [{ type: 'announce-held', to: peer, isNew }];
    },
    onJoinTopic: (peer, topic, nowMs) => {
      // Attack: topics that nobody speaks for, which would fill the relays.
      const speaker = speakers.get(topic);
      if (!peers.has(peer) || isOwn(topic) || speaker === undefined) return [];
      const isNew = !relays.has(topic);
      if (isNew && relays.size >= MAX_RELAYS) return [];
      relays.set(topic, { untilMs: nowMs + RELAY_INTERVALS * speaker.intervalMs });
      const onward = join(topic);
      return isNew ? [...tell(peers.keys()), ...onward, ...lookAgain(nowMs)] : onward;
    },
    onSpeakerHeard: ({ topic, from, itemFrom, intervalMs }) => {
      speakers.delete(topic);
      speakers.set(topic, { from, intervalMs, joined: false });
      const oldest = speakers.size > MAX_SPEAKERS ? speakers.keys().next().value : undefined;
      if (oldest !== undefined) speakers.delete(oldest);
      if (!isOwn(topic)) return [];
      // What comes from a member is that member's to keep coming; who gets it from a relay asks for the relay to go on.
      const isReached = itemFrom !== undefined && isMember(itemFrom, topic);
      return isReached ? [] : join(topic);
    },
    handleTimer: (nowMs) => {
      const ended = Array.from(relays).filter(([, { untilMs }]) => untilMs <= nowMs);
      for (const [topic] of ended) relays.delete(topic);
      return [...(ended.length > 0 ? tell(peers.keys()) : []), ...lookAgain(nowMs)];
    },
  };
}

function wantsTopic(wants: Wants, topic: Topic): boolean {
  return (
    wants === undefined ||
    topic === 'fleet' ||
    wants.own === 'all' ||
    wants.own.has(topic) ||
    wants.relays.has(topic)
  );
}
