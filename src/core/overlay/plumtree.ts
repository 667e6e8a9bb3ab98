import type { NodeId } from '../wire/encoding/ids.ts';
import type { ItemId } from '../wire/link/item.ts';
import {
  type AnnouncedItem,
  type BroadcastMessage,
  MAX_ITEM_HOPS,
  MAX_ITEMS,
  type Topic,
} from '../wire/link/overlay.ts';
import { createAnnouncing } from './announcing.ts';
import { type Arrival, createArrivals } from './arrivals.ts';
import { createBackupParents } from './backup-parents.ts';
import { type Budget, createBudget } from './budget.ts';
import type { PushItem } from './effect.ts';
import type { ItemSource, OverlayInput } from './input.ts';
import { createLazyQueue, type LazyQueue } from './lazy-queue.ts';
import { createMissingItems } from './missing-items.ts';
import { createOutbox, type Outbox, type WaitingItem } from './outbox.ts';
import { createPatience } from './patience.ts';
import { DEFAULT_PLUMTREE_CONFIG, type PlumtreeConfig } from './plumtree-config.ts';
import { createSubscriptions, type HeldItem, type SubscriptionEffect } from './subscriptions.ts';
import { createTreeOptimisation, isNearer, type OtherWay, QUIET_MS } from './tree-optimisation.ts';

/**
 * Plumtree (Leitão, Pereira, Rodrigues, "Epidemic Broadcast Trees", SRDS 2007): items are pushed along the eager links, which come
 * to be a tree, and announced on the others, from which the tree is mended. Each topic has a tree of its own. Items are in no
 * order of their own: entries name their parents, of statements the newest wins.
 */
export interface Plumtree {
  /** Whether this node wants items of the topic, for itself or for others. */
  isWanted(topic: Topic): boolean;
  /** Whether the neighbour wants items of the topic; until it says, it does. */
  isWantedBy(peer: NodeId, topic: Topic): boolean;
  handle(input: PlumtreeInput, nowMs: number, random: () => number): readonly PlumtreeEffect[];
}

export type PlumtreeInput =
  | Extract<
      OverlayInput,
      {
        type:
          | 'item-accepted'
          | 'item-duplicate'
          | 'topics-wanted'
          | 'speaker-heard'
          | 'link-congested'
          | 'link-drained';
      }
    >
  | { readonly type: 'link-up'; readonly peer: NodeId }
  | { readonly type: 'link-down'; readonly peer: NodeId }
  | { readonly type: 'message-received'; readonly peer: NodeId; readonly message: BroadcastMessage }
  | { readonly type: 'timer-fired'; readonly timer: PlumtreeTimer };

export type PlumtreeTimer = 'announce' | 'graft' | 'optimise' | 'relays';

export type PlumtreeEffect =
  | { readonly type: 'send-message'; readonly to: NodeId; readonly message: BroadcastMessage }
  | PushItem
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string }
  | { readonly type: 'schedule-timer'; readonly timer: PlumtreeTimer; readonly delayMs: number };

interface Link {
  readonly lazy: Set<Topic>;
  readonly lazyQueue: LazyQueue;
  readonly requests: Budget;
  readonly outbox: Outbox;
  congested: boolean;
}

/** A guess: topics that a neighbour may take itself off the tree of. */
const MAX_LAZY_TOPICS = 1024;
/** A guess: items that one neighbour may ask for. Attack: small requests for large entries. */
const REQUESTS_OF_ONE = { burst: 4096, perSecond: 256 } as const;

/**
 * Stands for the arrival of an item that came too long ago to be remembered. It is not urgent any more, whatever it
 * was.
 */
const FORGOTTEN = { hops: 0, priority: 'normal' } as const;

export interface PlumtreeDeps {
  /** Whether the caller holds the item, or a newer one of its slot. */
  readonly holds: (item: ItemId) => boolean;
  /** What is held of these topics and may be passed on. */
  readonly heldIn: (isAskedFor: (topic: Topic) => boolean) => readonly HeldItem[];
}

export function createPlumtree(
  deps: PlumtreeDeps,
  config: PlumtreeConfig = DEFAULT_PLUMTREE_CONFIG,
): Plumtree {
  const links = new Map<NodeId, Link>();
  const missing = createMissingItems(config.askAgain);
  const arrivals = createArrivals();
  const subscriptions = createSubscriptions();
  const optimisation = createTreeOptimisation();
  const announcing = createAnnouncing(config.gather);
  const backups = createBackupParents();
  const patience = createPatience(config.graft);
  /** When the graft timer fires. */
  let graftAtMs = Number.POSITIVE_INFINITY;
  let effects: PlumtreeEffect[] = [];
  let now = 0;
  let chance: () => number = () => 0;

  const send = (to: NodeId, message: BroadcastMessage) => effects.push({ type: 'send-message', to, message });

  const push = (to: NodeId, link: Link, waiting: WaitingItem) => {
    if (!link.congested || waiting.priority === 'urgent')
      effects.push({
        type: 'push-item',
        to,
        item: waiting.item,
        hops: waiting.hops,
        priority: waiting.priority,
      });
    else if (link.outbox.put(waiting) === 'full')
      effects.push({ type: 'hang-up', peer: to, reason: 'it does not read what it is sent' });
  };

  const announce = (link: Link, topic: Topic, item: AnnouncedItem, pushed: boolean) => {
    link.lazyQueue.put(topic, pushed, item);
    const delayMs = announcing.put(pushed, now, chance);
    if (delayMs !== undefined) effects.push({ type: 'schedule-timer', timer: 'announce', delayMs });
  };

  const sendAnnouncements = () => {
    announcing.handleTimer();
    for (const [to, { lazyQueue }] of links) for (const message of lazyQueue.drain()) send(to, message);
  };

  const graftAt = (atMs: number | undefined) => {
    if (atMs === undefined || atMs >= graftAtMs) return;
    graftAtMs = atMs;
    // Whole milliseconds, rounded up: a timer that fires a rounding error early finds nothing due, and sets itself again for ever.
    effects.push({ type: 'schedule-timer', timer: 'graft', delayMs: Math.max(1, Math.ceil(atMs - now)) });
  };

  const graft = () => {
    graftAtMs = Number.POSITIVE_INFINITY;
    for (const { to, topic, items } of missing.due(now, (item) => !deps.holds(item))) {
      links.get(to)?.lazy.delete(topic);
      for (let from = 0; from < items.length; from += MAX_ITEMS)
        send(to, { type: 'graft', topic, items: items.slice(from, from + MAX_ITEMS) });
    }
    graftAt(missing.nextAtMs());
  };

  const prune = (peer: NodeId, topic: Topic) => {
    const link = links.get(peer);
    if (link === undefined || link.lazy.has(topic)) return;
    link.lazy.add(topic);
    send(peer, { type: 'prune', topic });
  };

  const onOtherWay = (topic: Topic, item: ItemId, way: OtherWay) => {
    backups.onAnnounced(topic, item, way.by, way.byHops);
    if (optimisation.consider(topic, item, way))
      effects.push({ type: 'schedule-timer', timer: 'optimise', delayMs: QUIET_MS });
  };

  /** False when the link is not lazy, or gone. */
  const makeEager = (peer: NodeId, topic: Topic): boolean => {
    const isMade = links.get(peer)?.lazy.delete(topic) ?? false;
    if (isMade) send(peer, { type: 'graft', topic, items: [] });
    return isMade;
  };

  const optimise = () => {
    for (const { topic, parent, by } of optimisation.due())
      if (links.has(parent) && makeEager(by, topic)) prune(parent, topic);
  };

  const onLinkDown = (peer: NodeId) => {
    links.delete(peer);
    subscriptions.onLinkDown(peer);
    missing.onLinkDown(peer);
    for (const { topic, by } of backups.onLinkDown(peer)) makeEager(by, topic);
  };

  const subscribe = (steps: readonly SubscriptionEffect[]) => {
    for (const step of steps) {
      if (step.type !== 'announce-held') effects.push(step);
      else
        for (const { item, topic } of deps.heldIn(step.isNew))
          announce(links.get(step.to)!, topic, { item, hops: arrivals.get(item)?.hops ?? 0 }, false);
    }
  };

  const onAccepted = ({
    item,
    topic,
    priority,
    source,
  }: Extract<PlumtreeInput, { type: 'item-accepted' }>) => {
    const announcers = missing.taken(item);
    const hops = source.type === 'pushed' ? source.hops : 0;
    const from = senderOf(source);
    arrivals.put(item, { source, hops, priority });
    const parent = source.type === 'pushed' ? source.from : undefined;
    optimisation.onAccepted(topic, item, parent);
    backups.onAccepted(topic, item, parent, hops);
    if (source.type === 'pushed') links.get(source.from)?.lazy.delete(topic);
    const isNews = (peer: NodeId) => {
      const theirs = announcers.find(({ by }) => by === peer);
      return theirs === undefined || isNearer(theirs.hops, hops);
    };
    for (const [peer, link] of links) {
      if (peer === from || !subscriptions.isWantedBy(peer, topic)) continue;
      // What came in bulk is mostly held by the others too: they ask for what they lack.
      const lazy = source.type === 'reconciled' || link.lazy.has(topic);
      if (!lazy) push(peer, link, { item, topic, priority, hops: Math.min(hops + 1, MAX_ITEM_HOPS) });
      else if (isNews(peer)) announce(link, topic, { item, hops }, source.type !== 'reconciled');
    }
    // After the pushes: who takes the parent's place holds the item.
    if (parent === undefined) return;
    for (const { by, hops: byHops } of announcers)
      onOtherWay(topic, item, { parent, hops, by, byHops, shownBy: 'announcement' });
  };

  const onDuplicate = (input: Extract<PlumtreeInput, { type: 'item-duplicate' }>) => {
    const { item, topic, from, hops } = input;
    const first = arrivals.get(item);
    if (first?.source.type === 'own') return prune(from, topic);
    // Only a copy that went round a circle says that a link is one too many; the same link twice, or an old one, does not.
    if (first?.source.type !== 'pushed' || first.source.from === from) return;
    prune(from, topic);
    onOtherWay(topic, item, {
      parent: first.source.from,
      hops: first.hops,
      by: from,
      byHops: hops - 1,
      shownBy: 'copy',
    });
  };

  const onAnnounced = (
    peer: NodeId,
    { lazyQueue }: Link,
    { topic, pushed, items }: Extract<BroadcastMessage, { type: 'ihave' }>,
  ) => {
    if (!subscriptions.isWanted(topic)) return;
    const waitMs = pushed ? patience.of(topic, now, chance) : 0;
    for (const { item, hops } of items) {
      if (!deps.holds(item)) {
        missing.announced(item, topic, peer, hops, now, waitMs);
        graftAt(now + waitMs);
        continue;
      }
      lazyQueue.heldThere(topic, { item, hops });
      const arrival = arrivals.get(item);
      if (pushed && arrival?.source.type === 'pushed')
        onOtherWay(topic, item, {
          parent: arrival.source.from,
          hops: arrival.hops,
          by: peer,
          byHops: hops,
          shownBy: 'announcement',
        });
    }
  };

  const onGraft = (peer: NodeId, link: Link, topic: Topic, items: readonly ItemId[]) => {
    link.lazy.delete(topic);
    for (const item of items) {
      if (!deps.holds(item) || !link.requests.take(now)) continue;
      const { hops, priority }: Pick<Arrival, 'hops' | 'priority'> = arrivals.get(item) ?? FORGOTTEN;
      push(peer, link, { item, topic, priority, hops: Math.min(hops + 1, MAX_ITEM_HOPS) });
    }
  };

  const onMessage = (peer: NodeId, message: BroadcastMessage) => {
    const link = links.get(peer);
    if (link === undefined) return;
    switch (message.type) {
      case 'subscribe':
        return subscribe(subscriptions.onSubscribe(peer, message, now));
      case 'join-topic':
        return subscribe(subscriptions.onJoinTopic(peer, message.topic, now));
      case 'ihave':
        return onAnnounced(peer, link, message);
      case 'graft':
        return onGraft(peer, link, message.topic, message.items);
      case 'prune':
        // Attack: topics without end.
        if (link.lazy.size < MAX_LAZY_TOPICS) link.lazy.add(message.topic);
        return;
    }
  };

  const onDrained = (peer: NodeId, link: Link) => {
    link.congested = false;
    const { pushes, announcements } = link.outbox.drain();
    for (const waiting of pushes) push(peer, link, waiting);
    for (const { topic, item, hops } of announcements) announce(link, topic, { item, hops }, false);
  };

  const onSpeakerHeard = (input: Extract<PlumtreeInput, { type: 'speaker-heard' }>) => {
    const { topic, source, newest, intervalMs } = input;
    const arrival = newest && arrivals.get(newest)?.source;
    const itemFrom = arrival && senderOf(arrival);
    subscribe(subscriptions.onSpeakerHeard({ topic, from: senderOf(source), itemFrom, intervalMs }));
  };

  const TIMERS: Readonly<Record<PlumtreeTimer, () => void>> = {
    announce: sendAnnouncements,
    graft,
    optimise,
    relays: () => subscribe(subscriptions.handleTimer(now)),
  };

  const handleInput = (input: PlumtreeInput) => {
    switch (input.type) {
      case 'link-up':
        links.set(input.peer, {
          lazy: new Set(),
          lazyQueue: createLazyQueue(),
          requests: createBudget(REQUESTS_OF_ONE),
          outbox: createOutbox(),
          congested: false,
        });
        return subscribe(subscriptions.onLinkUp(input.peer));
      case 'link-down':
        return onLinkDown(input.peer);
      case 'topics-wanted':
        return subscribe(subscriptions.want(input.topics));
      case 'speaker-heard':
        return onSpeakerHeard(input);
      case 'item-accepted':
        return onAccepted(input);
      case 'item-duplicate':
        return onDuplicate(input);
      case 'message-received':
        return onMessage(input.peer, input.message);
      case 'link-congested': {
        const link = links.get(input.peer);
        if (link !== undefined) link.congested = true;
        return;
      }
      case 'link-drained': {
        const link = links.get(input.peer);
        if (link !== undefined) onDrained(input.peer, link);
        return;
      }
      case 'timer-fired':
        return TIMERS[input.timer]();
    }
  };

  return {
    isWanted: subscriptions.isWanted,
    isWantedBy: subscriptions.isWantedBy,
    handle: (input, nowMs, random) => {
      effects = [];
      now = nowMs;
      chance = random;
      handleInput(input);
      return effects;
    },
  };
}

function senderOf(source: ItemSource): NodeId | undefined {
  return source.type === 'own' ? undefined : source.from;
}
