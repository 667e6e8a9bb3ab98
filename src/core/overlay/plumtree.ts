import type { NodeId } from '../wire/ids.ts';
import type { ItemId } from '../wire/item.ts';
import {
  type AnnouncedItem,
  type BroadcastMessage,
  MAX_ITEM_HOPS,
  MAX_ITEMS,
  type Topic,
} from '../wire/overlay.ts';
import { type Budget, createBudget } from './budget.ts';
import type { ItemSource, OverlayInput } from './input.ts';
import { createMissingItems } from './missing-items.ts';
import { createOutbox, type Outbox, type WaitingItem } from './outbox.ts';

/**
 * Plumtree (Leitão, Pereira, Rodrigues, "Epidemic Broadcast Trees", SRDS 2007): items are pushed along the eager links, which come
 * to be a tree, and announced on the others, from which the tree is mended. Each topic has a tree of its own. Items are in no
 * order of their own: entries name their parents, of statements the newest wins.
 */
export interface Plumtree {
  handle(input: PlumtreeInput, nowMs: number, random: () => number): readonly PlumtreeEffect[];
}

export type PlumtreeInput =
  | Extract<
      OverlayInput,
      { type: 'item-accepted' | 'item-duplicate' | 'topics-wanted' | 'link-congested' | 'link-drained' }
    >
  | { readonly type: 'link-up'; readonly peer: NodeId }
  | { readonly type: 'link-down'; readonly peer: NodeId }
  | { readonly type: 'message-received'; readonly peer: NodeId; readonly message: BroadcastMessage }
  | { readonly type: 'timer-fired'; readonly timer: PlumtreeTimer };

export type PlumtreeTimer = 'announce' | 'graft' | 'optimise';

export type PlumtreeEffect =
  | { readonly type: 'send-message'; readonly to: NodeId; readonly message: BroadcastMessage }
  | { readonly type: 'push-item'; readonly to: NodeId; readonly item: ItemId; readonly hops: number }
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string }
  | { readonly type: 'schedule-timer'; readonly timer: PlumtreeTimer; readonly delayMs: number };

interface Link {
  /** Undefined until it says; then it gets all, so that nothing is lost in between. */
  topics: ReadonlySet<Topic> | 'all' | undefined;
  readonly lazy: Set<Topic>;
  /** By topic, in the order of arrival; two of each topic, pushed along the tree or not. */
  readonly announcements: Map<string, { topic: Topic; pushed: boolean; items: AnnouncedItem[] }>;
  readonly requests: Budget;
  readonly outbox: Outbox;
  congested: boolean;
}

/** The neighbour that had the latest item of a topic after the fewest hops, fewer than the parent's way took. */
interface NearerNeighbour {
  readonly parent: NodeId;
  readonly by: NodeId;
  readonly hops: number;
  readonly latestMs: number;
  /** Items up to this one for which it was the same neighbour against the same parent. */
  readonly inARow: number;
  /** Who it was for the item before. */
  readonly before: { readonly parent: NodeId; readonly by: NodeId; readonly inARow: number } | undefined;
}

/** A guess: announcements are gathered for this long; longer makes fewer frames, shorter mends the tree sooner. */
const ANNOUNCE_MS = 20;
/**
 * A guess: how long an announced item may take along the tree before it is asked for. Shorter mends sooner, longer asks less in vain.
 * Spread, because all below a break notice it: whoever asks first mends it for the others, and one that asks makes no circles.
 */
const GRAFT_MS = { least: 150, spread: 300 } as const;
/** A guess: how long one draw holds; longer than it takes to mend a break. */
const PATIENCE_MS = 2_000;
/** Plumtree's threshold trades a stable tree against short paths and is 7 there; ours is lower, so that paths stay near the shortest. */
const OPTIMISE_HOPS = 2;
/**
 * A guess: items in a row for which the same neighbour must have been nearer. Authors in different places pull a tree that they share
 * to and fro, and each pull breaks it where items are on their way; fewer shortens the paths of a lone author sooner.
 */
const OPTIMISE_ITEMS = 3;
/** A guess: items of a topic that follow each other faster than this leave its tree as it is; longer than an item is on its way. */
const QUIET_MS = 500;
/** A guess: items whose way here is remembered, to tell a second copy from a tree that has a circle. */
const MAX_ARRIVALS = 1024;
/** A guess: topics that a neighbour may take itself off the tree of. */
const MAX_LAZY_TOPICS = 1024;
/** A guess: items that one neighbour may ask for. Attack: small requests for large entries. */
const REQUESTS_OF_ONE = { burst: 4096, perSecond: 256 } as const;

export function createPlumtree(deps: { readonly holds: (item: ItemId) => boolean }): Plumtree {
  const links = new Map<NodeId, Link>();
  const missing = createMissingItems();
  const arrivals = new Map<ItemId, { readonly source: ItemSource; readonly hops: number }>();
  const nearer = new Map<Topic, NearerNeighbour>();
  /** When the last item of a topic came. */
  const latest = new Map<Topic, number>();
  const patience = new Map<Topic, { readonly waitMs: number; readonly untilMs: number }>();
  let wanted: readonly Topic[] | 'all' = ['fleet'];
  let announcing = false;
  /** When the graft timer fires. */
  let graftAtMs = Number.POSITIVE_INFINITY;
  let effects: PlumtreeEffect[] = [];
  let now = 0;
  let chance: () => number = () => 0;

  const send = (to: NodeId, message: BroadcastMessage) => effects.push({ type: 'send-message', to, message });
  const wants = ({ topics }: Link, topic: Topic) =>
    topics === undefined || topics === 'all' || topic === 'fleet' || topics.has(topic);
  const wantedHere = (topic: Topic) => wanted === 'all' || topic === 'fleet' || wanted.includes(topic);

  const push = (to: NodeId, link: Link, waiting: WaitingItem) => {
    if (!link.congested || waiting.priority === 'urgent')
      effects.push({ type: 'push-item', to, item: waiting.item, hops: waiting.hops });
    else if (link.outbox.put(waiting) === 'full')
      effects.push({ type: 'hang-up', peer: to, reason: 'it does not read what it is sent' });
  };

  const announce = (link: Link, topic: Topic, item: AnnouncedItem, pushed: boolean) => {
    const key = `${pushed} ${topic}`;
    const batch = link.announcements.get(key) ?? { topic, pushed, items: [] };
    batch.items.push(item);
    link.announcements.set(key, batch);
    if (announcing) return;
    announcing = true;
    effects.push({ type: 'schedule-timer', timer: 'announce', delayMs: ANNOUNCE_MS });
  };

  const sendAnnouncements = () => {
    announcing = false;
    for (const [to, link] of links) {
      for (const { topic, pushed, items } of link.announcements.values())
        for (let from = 0; from < items.length; from += MAX_ITEMS)
          send(to, { type: 'ihave', topic, pushed, items: items.slice(from, from + MAX_ITEMS) });
      link.announcements.clear();
    }
  };

  /** One draw for all items of a topic that are missing at the same time: many draws would make everyone the first to ask. */
  const patienceMs = (topic: Topic) => {
    const drawn = patience.get(topic);
    if (drawn !== undefined && now < drawn.untilMs) return drawn.waitMs;
    const waitMs = GRAFT_MS.least + GRAFT_MS.spread * chance();
    patience.set(topic, { waitMs, untilMs: now + PATIENCE_MS });
    return waitMs;
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

  /**
   * Tree optimisation: a lazy neighbour that is much nearer to the author takes the place of the one that pushes. Only when it was so
   * for some items in a row, after the last has come everywhere, and while no other follows: then all who change something do it for
   * one and the same author, which leaves the tree whole. Changes for authors in different places break it where they meet.
   */
  const considerNearer = (topic: Topic, parent: NodeId, hops: number, by: NodeId, byHops: number) => {
    if (hops - (byHops + 1) < OPTIMISE_HOPS || by === parent) return;
    const latestMs = latest.get(topic)!;
    const known = nearer.get(topic);
    const ofThisItem = known?.latestMs === latestMs ? known : undefined;
    const before = ofThisItem === undefined ? known : ofThisItem.before;
    if (ofThisItem !== undefined && ofThisItem.hops < byHops) return;
    if (ofThisItem?.hops === byHops && before?.by !== by) return;
    const inARow = before?.by === by && before.parent === parent ? before.inARow + 1 : 1;
    nearer.set(topic, {
      parent,
      by,
      hops: byHops,
      latestMs,
      inARow,
      before: before && { parent: before.parent, by: before.by, inARow: before.inARow },
    });
    if (inARow >= OPTIMISE_ITEMS)
      effects.push({ type: 'schedule-timer', timer: 'optimise', delayMs: QUIET_MS });
  };

  const optimise = () => {
    for (const [topic, { parent, by, latestMs, inARow }] of nearer) {
      const link = links.get(by);
      if (inARow < OPTIMISE_ITEMS || latestMs !== latest.get(topic)) continue;
      nearer.delete(topic);
      if (!link?.lazy.has(topic) || !links.has(parent)) continue;
      link.lazy.delete(topic);
      send(by, { type: 'graft', topic, items: [] });
      prune(parent, topic);
    }
  };

  const remember = (item: ItemId, source: ItemSource, hops: number) => {
    arrivals.set(item, { source, hops });
    const oldest = arrivals.size > MAX_ARRIVALS ? arrivals.keys().next().value : undefined;
    if (oldest !== undefined) arrivals.delete(oldest);
  };

  const onAccepted = ({
    item,
    topic,
    priority,
    source,
  }: Extract<PlumtreeInput, { type: 'item-accepted' }>) => {
    const nearest = missing.taken(item);
    const hops = source.type === 'pushed' ? source.hops : 0;
    const from = source.type === 'own' ? undefined : source.from;
    remember(item, source, hops);
    // Nobody was nearer for the item before this one: what came earlier is no row any more.
    if (nearer.get(topic)?.latestMs !== latest.get(topic)) nearer.delete(topic);
    latest.set(topic, now);
    if (source.type === 'pushed') links.get(source.from)?.lazy.delete(topic);
    for (const [peer, link] of links) {
      if (peer === from || !wants(link, topic)) continue;
      // What came in bulk is mostly held by the others too: they ask for what they lack.
      if (source.type === 'reconciled') announce(link, topic, { item, hops }, false);
      else if (link.lazy.has(topic)) announce(link, topic, { item, hops }, true);
      else push(peer, link, { item, topic, priority, hops: Math.min(hops + 1, MAX_ITEM_HOPS) });
    }
    // After the pushes: who takes the parent's place holds the item.
    if (source.type === 'pushed' && nearest !== undefined)
      considerNearer(topic, source.from, hops, nearest.by, nearest.hops);
  };

  const onDuplicate = ({ item, topic, from }: Extract<PlumtreeInput, { type: 'item-duplicate' }>) => {
    const first = arrivals.get(item)?.source;
    // Only a copy that went round a circle says that a link is one too many; the same link twice, or an old one, does not.
    if (first?.type === 'own' || (first?.type === 'pushed' && first.from !== from)) prune(from, topic);
  };

  const onAnnounced = (
    peer: NodeId,
    { topic, pushed, items }: Extract<BroadcastMessage, { type: 'ihave' }>,
  ) => {
    if (!wantedHere(topic)) return;
    const waitMs = pushed ? patienceMs(topic) : 0;
    for (const { item, hops } of items) {
      if (!deps.holds(item)) {
        missing.announced(item, topic, peer, hops, now, waitMs);
        graftAt(now + waitMs);
        continue;
      }
      const arrival = arrivals.get(item);
      if (pushed && arrival?.source.type === 'pushed')
        considerNearer(topic, arrival.source.from, arrival.hops, peer, hops);
    }
  };

  const onGraft = (peer: NodeId, link: Link, topic: Topic, items: readonly ItemId[]) => {
    link.lazy.delete(topic);
    for (const item of items) {
      if (!deps.holds(item) || !link.requests.take(now)) continue;
      const hops = Math.min((arrivals.get(item)?.hops ?? 0) + 1, MAX_ITEM_HOPS);
      push(peer, link, { item, topic, priority: 'normal', hops });
    }
  };

  const onMessage = (peer: NodeId, message: BroadcastMessage) => {
    const link = links.get(peer);
    if (link === undefined) return;
    switch (message.type) {
      case 'subscribe':
        link.topics = message.topics === 'all' ? 'all' : new Set(message.topics);
        return;
      case 'ihave':
        return onAnnounced(peer, message);
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

  const handleInput = (input: PlumtreeInput) => {
    switch (input.type) {
      case 'link-up':
        links.set(input.peer, {
          topics: undefined,
          lazy: new Set(),
          announcements: new Map(),
          requests: createBudget(REQUESTS_OF_ONE),
          outbox: createOutbox(),
          congested: false,
        });
        return send(input.peer, { type: 'subscribe', topics: wanted });
      case 'link-down':
        links.delete(input.peer);
        return missing.onLinkDown(input.peer);
      case 'topics-wanted':
        wanted = input.topics;
        for (const peer of links.keys()) send(peer, { type: 'subscribe', topics: wanted });
        return;
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
        if (input.timer === 'announce') return sendAnnouncements();
        return input.timer === 'graft' ? graft() : optimise();
    }
  };

  return {
    handle: (input, nowMs, random) => {
      effects = [];
      now = nowMs;
      chance = random;
      handleInput(input);
      return effects;
    },
  };
}
