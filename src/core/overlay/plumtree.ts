import type { NodeId } from '../wire/encoding/ids.ts';
import type { BriefName } from '../wire/link/brief-name.ts';
import type { ItemId } from '../wire/link/item.ts';
import {
  type AnnouncedItem,
  type BroadcastMessage,
  MAX_ITEM_HOPS,
  type Topic,
} from '../wire/link/overlay.ts';
import { createAnnouncements } from './announcements.ts';
import { type Arrival, createArrivals } from './arrivals.ts';
import { createBackupParents } from './backup-parents.ts';
import type { Link } from './broadcast-link.ts';
import {
  createBroadcastTurn,
  type PlumtreeEffect,
  type PlumtreeInput,
  type PlumtreeTimer,
} from './broadcast-turn.ts';
import { createGrafting } from './grafting.ts';
import type { ItemSource } from './input.ts';
import type { WaitingItem } from './outbox.ts';
import { DEFAULT_PLUMTREE_CONFIG, type PlumtreeConfig } from './plumtree-config.ts';
import { createSiteEntrances, hopsWorthAWay } from './site-entrances.ts';
import { createSiteParts } from './site-parts.ts';
import { createSubscriptions, type HeldItem, type SubscriptionEffect } from './subscriptions.ts';
import { createTreeLinks } from './tree-links.ts';
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

export type { PlumtreeEffect, PlumtreeInput, PlumtreeTimer } from './broadcast-turn.ts';

type OtherParent = Pick<OtherWay, 'parent' | 'by'>;

/**
 * Stands for the arrival of an item that came too long ago to be remembered. It is not urgent any more, whatever it
 * was.
 */
const FORGOTTEN = { hops: 0, priority: 'normal' } as const;

export interface PlumtreeDeps {
  readonly self: NodeId;
  /** The site that a node was admitted to; undefined for an operator and for who is not known. */
  readonly siteOf: (node: NodeId) => string | undefined;
  /** Whether the caller holds the item, or a newer one of its slot. */
  readonly holds: (item: ItemId) => boolean;
  /** What is held of these topics and may be passed on. */
  readonly heldIn: (isAskedFor: (topic: Topic) => boolean) => readonly HeldItem[];
}

export function createPlumtree(
  deps: PlumtreeDeps,
  config: PlumtreeConfig = DEFAULT_PLUMTREE_CONFIG,
): Plumtree {
  const turn = createBroadcastTurn();
  const links = createTreeLinks(turn);
  const { isLazy, prune } = links;
  const arrivals = createArrivals();
  const subscriptions = createSubscriptions();
  const optimisation = createTreeOptimisation();
  const backups = createBackupParents();
  const entrances = createSiteEntrances(deps.self, deps.siteOf);
  const { isNear } = entrances;
  const near = () => links.peers().filter(isNear);
  const crosses = (peer: NodeId) => !isNear(peer) && near().length > 0;
  const entranceOf = (item: ItemId) => arrivals.get(item)?.entrance;
  const announcements = createAnnouncements({
    gather: config.gather,
    turn,
    isNear,
    crosses,
    entranceOf,
  });
  const { holds } = deps;
  const grafting = createGrafting({
    config,
    turn,
    holds,
    named: arrivals.named,
    near,
    crosses,
    isLazy,
    joinTree: links.join,
  });

  const push = (to: NodeId, link: Link, waiting: WaitingItem) => {
    const { item, hops, priority } = waiting;
    const entrance = entranceOf(item);
    // Who gets it across the border knows from it only whether it came along the tree.
    if (!link.congested || priority === 'urgent')
      turn.emit({
        type: 'push-item',
        to,
        item,
        hops,
        priority,
        entrance: isNear(to) || entrance?.asked ? entrance : undefined,
      });
    else if (link.outbox.put(waiting) === 'full')
      turn.emit({ type: 'hang-up', peer: to, reason: 'it does not read what it is sent' });
  };

  /** By `by` the item would come into the site beside the way of `parent`. */
  const leadsIn = ({ parent, by }: OtherParent) => isNear(parent) && !isNear(by);

  const onOtherWay = (topic: Topic, item: ItemId, way: OtherWay) => {
    backups.onAnnounced(topic, item, way.by, way.byHops, crosses(way.by));
    // Worth a change where all of the site come nearer by it, or this node by as much as makes it worth a way of its own.
    const entranceHops = entranceOf(item)?.hops ?? way.hops;
    const hops = leadsIn(way)
      ? Math.max(entranceHops, way.hops - hopsWorthAWay(way.byHops + 1) + 1)
      : way.hops;
    if (optimisation.consider(topic, item, { ...way, hops })) turn.schedule('optimise', QUIET_MS);
  };

  const optimise = () => {
    // Many nodes of a site see a nearer way after the same item, and each would open its own: about one in as many as know each other does.
    const isReady = (change: OtherParent) => !leadsIn(change) || turn.random() * (near().length + 1) < 1;
    // A way in too takes the parent's place at once: several hops inside are sooner than one across, and beside it would come second.
    for (const { topic, parent, by } of optimisation.due(isReady))
      if (links.get(parent) !== undefined && links.graft(by, topic)) prune(parent, topic);
  };

  const parts = createSiteParts({ turn, arrivals, entrances, near, isLazy, prune, makeEager: links.graft });

  const onLinkUp = (peer: NodeId) => {
    links.onLinkUp(peer);
    announcements.onLinkUp(peer);
    subscribe(subscriptions.onLinkUp(peer));
  };

  const onLinkDown = (peer: NodeId) => {
    links.onLinkDown(peer);
    announcements.onLinkDown(peer);
    subscriptions.onLinkDown(peer);
    grafting.onLinkDown(peer);
    for (const { topic, by } of backups.onLinkDown(peer)) links.graft(by, topic);
  };

  const subscribe = (steps: readonly SubscriptionEffect[]) => {
    for (const step of steps) {
      if (step.type !== 'announce-held') turn.emit(step);
      else
        for (const { item, topic } of deps.heldIn(step.isNew))
          announcements.put(step.to, topic, { item, hops: arrivals.get(item)?.hops ?? 0 }, false);
    }
  };

  const onAccepted = ({
    item,
    topic,
    priority,
    source,
  }: Extract<PlumtreeInput, { type: 'item-accepted' }>) => {
    const from = senderOf(source);
    const { announcers, isAsked } = grafting.taken(item, topic, from);
    const hops = source.type === 'pushed' ? source.hops : 0;
    const isAside =
      isAsked || (source.type === 'pushed' && crosses(source.from) && links.isSetAside(source.from, topic));
    const entrance = entrances.of(source, isAside);
    arrivals.put(item, { source, hops, priority, entrance });
    const parent = source.type === 'pushed' ? source.from : undefined;
    if (!entrance?.asked) {
      optimisation.onAccepted(topic, item, parent);
      backups.onAccepted(topic, item, parent, hops);
    }
    if (source.type === 'pushed' && !isAside) links.join(source.from, topic);
    const isNews = (peer: NodeId) => {
      const theirs = announcers.find(({ by }) => by === peer);
      return theirs === undefined || isNearer(theirs.hops, hops);
    };
    for (const [peer, link] of links) {
      if (peer === from || !subscriptions.isWantedBy(peer, topic)) continue;
      // What came in bulk is mostly held by the others too: they ask for what they lack.
      const lazy = source.type === 'reconciled' || isLazy(peer, topic);
      if (!lazy) push(peer, link, { item, topic, priority, hops: Math.min(hops + 1, MAX_ITEM_HOPS) });
      else if (isNews(peer)) announcements.put(peer, topic, { item, hops }, source.type !== 'reconciled');
    }
    // After the pushes: who takes the parent's place holds the item.
    if (parent === undefined) return;
    for (const { by, hops: byHops } of announcers)
      onOtherWay(topic, item, { parent, hops, by, byHops, shownBy: 'announcement' });
  };

  const onDuplicate = (input: Extract<PlumtreeInput, { type: 'item-duplicate' }>) => {
    const { item, topic, from, hops, entrance } = input;
    const first = arrivals.get(item);
    // It may be here and not be accepted yet: then it was missed by its brief name.
    grafting.taken(item, topic, undefined);
    if (parts.onEntranceTold(topic, { item, hops: hops - 1, entrance }, from)) return;
    const ours = entranceOf(item);
    const copy = entrances.of({ type: 'pushed', from, hops, entrance }, isLazy(from, topic));
    // What was asked for across says nothing of the tree, neither the first copy nor the second.
    if (ours?.asked && copy?.asked === false && !isNear(from))
      parts.takeEntrance(topic, item, { entrance: copy, hops, from });
    if (ours?.asked || copy?.asked) {
      if (isLazy(from, topic) && !grafting.wasAskedOf(from, item)) prune(from, topic);
      return;
    }
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
    { topic, pushed, items }: Extract<BroadcastMessage, { type: 'ihave' }>,
  ) => {
    if (!subscriptions.isWanted(topic)) return;
    for (const announced of items) {
      const { item, hops } = announced;
      if (!holds(item)) {
        grafting.announced({ type: 'item', item }, topic, peer, hops, pushed);
        continue;
      }
      announcements.heldThere(peer, topic, announced);
      if (parts.onEntranceTold(topic, announced, peer)) continue;
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

  const onBrieflyAnnounced = (
    peer: NodeId,
    { topic, items }: Extract<BroadcastMessage, { type: 'ihave-brief' }>,
  ) => {
    if (!subscriptions.isWanted(topic)) return;
    const here: AnnouncedItem[] = [];
    for (const { name, hops } of items) {
      const item = arrivals.named(name);
      if (item !== undefined) here.push({ item, hops });
      else grafting.announced({ type: 'brief', name }, topic, peer, hops, true);
    }
    onAnnounced(peer, { type: 'ihave', topic, pushed: true, items: here });
  };

  const onGraft = (peer: NodeId, link: Link, topic: Topic, items: readonly ItemId[]) => {
    links.join(peer, topic);
    const lacking = items.filter((item) => !holds(item));
    if (isNear(peer))
      grafting.onAskedInside(
        peer,
        topic,
        lacking.map((item) => ({ type: 'item', item })),
      );
    for (const item of items) {
      if (!holds(item) || !link.requests.take(turn.nowMs)) continue;
      const { hops, priority }: Pick<Arrival, 'hops' | 'priority'> = arrivals.get(item) ?? FORGOTTEN;
      push(peer, link, { item, topic, priority, hops: Math.min(hops + 1, MAX_ITEM_HOPS) });
    }
  };

  const onBrieflyAsked = (peer: NodeId, link: Link, topic: Topic, names: readonly BriefName[]) => {
    const items = names.flatMap((name) => arrivals.named(name) ?? []);
    const lacking = names.filter((name) => arrivals.named(name) === undefined);
    if (isNear(peer))
      grafting.onAskedInside(
        peer,
        topic,
        lacking.map((name) => ({ type: 'brief', name })),
      );
    onGraft(peer, link, topic, items);
  };

  const onMessage = (peer: NodeId, message: BroadcastMessage) => {
    const link = links.get(peer);
    if (link === undefined) return;
    switch (message.type) {
      case 'subscribe':
        return subscribe(subscriptions.onSubscribe(peer, message, turn.nowMs));
      case 'join-topic':
        return subscribe(subscriptions.onJoinTopic(peer, message.topic, turn.nowMs));
      case 'ihave':
        return onAnnounced(peer, message);
      case 'ihave-brief':
        return onBrieflyAnnounced(peer, message);
      case 'graft':
        return onGraft(peer, link, message.topic, message.items);
      case 'graft-brief':
        return onBrieflyAsked(peer, link, message.topic, message.names);
      case 'prune':
        return links.onPrune(peer, message.topic);
    }
  };

  const onDrained = (peer: NodeId, link: Link) => {
    link.congested = false;
    const { pushes, announcements: waiting } = link.outbox.drain();
    for (const pushed of pushes) push(peer, link, pushed);
    for (const { topic, item, hops } of waiting) announcements.put(peer, topic, { item, hops }, false);
  };

  const onSpeakerHeard = (input: Extract<PlumtreeInput, { type: 'speaker-heard' }>) => {
    const { topic, source, newest, intervalMs } = input;
    const arrival = newest && arrivals.get(newest)?.source;
    const itemFrom = arrival && senderOf(arrival);
    subscribe(subscriptions.onSpeakerHeard({ topic, from: senderOf(source), itemFrom, intervalMs }));
  };

  const graft = () => {
    for (const { topic, item, from } of grafting.handleTimer()) {
      const entrance = entranceOf(item);
      if (entrance?.asked && entrance.by === deps.self) links.graft(from, topic);
    }
  };

  const TIMERS: Readonly<Record<PlumtreeTimer, () => void>> = {
    announce: () => announcements.send('inside'),
    'announce-across': () => announcements.send('across'),
    graft,
    optimise,
    relays: () => subscribe(subscriptions.handleTimer(turn.nowMs)),
  };

  const handleInput = (input: PlumtreeInput) => {
    switch (input.type) {
      case 'link-up':
        return onLinkUp(input.peer);
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
    handle: (input, nowMs, random) => turn.take(nowMs, random, () => handleInput(input)),
  };
}

function senderOf(source: ItemSource): NodeId | undefined {
  return source.type === 'own' ? undefined : source.from;
}
