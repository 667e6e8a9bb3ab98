import type { NodeId } from '../wire/encoding/ids.ts';
import type { BriefName } from '../wire/link/brief-name.ts';
import type { ItemId } from '../wire/link/item.ts';
import { MAX_ITEMS, type Topic } from '../wire/link/overlay.ts';
import { createAskedAcross } from './asked-across.ts';
import type { BroadcastTurn } from './broadcast-turn.ts';
import { type AnnouncedAs, createMissingItems, type MissingItems } from './missing-items.ts';
import { createPatience } from './patience.ts';
import type { PlumtreeConfig } from './plumtree-config.ts';

/**
 * Plumtree's grafts: what is announced and does not come is asked for, and who is asked is eager from then on. Not so across the border
 * of a site: there one node asks for the others, and what it gets says nothing of the tree until it is plain that nothing else brought
 * it. A frame that a lost packet holds up, or one that waits in the queue of a thin line, would cost a new way into the site else, its
 * copies would lengthen the queue, and that would make more nodes ask.
 */
export interface Grafting {
  /** `pushed`: it also goes along the tree, and may be on its way. */
  announced(as: AnnouncedAs, topic: Topic, by: NodeId, hops: number, pushed: boolean): void;
  /** The item came, from that neighbour unless it is this node's own. */
  taken(item: ItemId, topic: Topic, from: NodeId | undefined): TakenItem;
  /** A neighbour of the site asks for these, which are not here: it asked for them across too. */
  onAskedInside(asker: NodeId, topic: Topic, missing: readonly AnnouncedAs[]): void;
  /** Ways across that brought what nobody else did: they become eager. */
  handleTimer(): readonly WayAcross[];
  /** Whether the item was asked of the neighbour across the border, and what it sends is no word about the tree. */
  wasAskedOf(peer: NodeId, item: ItemId): boolean;
  onLinkDown(peer: NodeId): void;
}

export interface TakenItem {
  readonly announcers: ReturnType<MissingItems['taken']>;
  /** It came across the border, by a link that is lazy and stays so, because it was asked for. */
  readonly isAsked: boolean;
}

export interface WayAcross {
  readonly topic: Topic;
  readonly item: ItemId;
  readonly from: NodeId;
}

/**
 * A guess: how long what was asked for across waits for a copy that comes along the tree. Longer than a packet is lost for, and than a
 * queue is that is not overfull; longer leaves each item late for longer where a way is broken.
 */
const CONFIRM_MS = 2_000;
/** A guess: topics for which a way across is tried; beyond that each item is asked for. */
const MAX_TRIED = 1024;

export function createGrafting(deps: {
  readonly config: Pick<PlumtreeConfig, 'graft' | 'askAgain'>;
  readonly turn: BroadcastTurn;
  readonly holds: (item: ItemId) => boolean;
  /** The item of a brief name, of those that came lately. */
  readonly named: (name: BriefName) => ItemId | undefined;
  /** Neighbours of this node's site, and of them those to which its link is eager. */
  readonly near: () => readonly NodeId[];
  readonly crosses: (peer: NodeId) => boolean;
  readonly isLazy: (peer: NodeId, topic: Topic) => boolean;
  /** Makes this end eager without a word. */
  readonly joinTree: (peer: NodeId, topic: Topic) => void;
}): Grafting {
  const { config, turn, crosses, isLazy } = deps;
  const missing = createMissingItems(config.askAgain);
  const patience = createPatience(config.graft);
  const askedAcross = createAskedAcross();
  const tried = new Map<Topic, WayAcross & { readonly atMs: number }>();
  /** When the timer fires. */
  let timerAtMs = Number.POSITIVE_INFINITY;

  const wakeAt = (atMs: number | undefined) => {
    if (atMs === undefined || atMs >= timerAtMs) return;
    timerAtMs = atMs;
    // Whole milliseconds, rounded up: a timer that fires a rounding error early finds nothing due, and sets itself again for ever.
    turn.schedule('graft', Math.max(1, Math.ceil(atMs - turn.nowMs)));
  };

  const isMissing = (as: AnnouncedAs) =>
    as.type === 'item' ? !deps.holds(as.item) : deps.named(as.name) === undefined;

  const ask = (to: NodeId, topic: Topic, items: readonly ItemId[], names: readonly BriefName[]) => {
    for (let at = 0; at < items.length; at += MAX_ITEMS)
      turn.send(to, { type: 'graft', topic, items: items.slice(at, at + MAX_ITEMS) });
    for (let at = 0; at < names.length; at += MAX_ITEMS)
      turn.send(to, { type: 'graft-brief', topic, names: names.slice(at, at + MAX_ITEMS) });
  };

  /** Who has no answer for it waits before it asks across too. */
  const askInside = (topic: Topic, items: readonly ItemId[], names: readonly BriefName[], not?: NodeId) => {
    for (const peer of deps.near()) if (peer !== not && !isLazy(peer, topic)) ask(peer, topic, items, names);
  };

  return {
    announced: (as, topic, by, hops, pushed) => {
      const isAcross = crosses(by);
      const waitMs = !pushed
        ? 0
        : isAcross
          ? patience.across(topic, deps.near().length, turn.nowMs, turn.random)
          : patience.of(topic, turn.nowMs, turn.random);
      missing.announced(as, topic, { by, hops, crosses: isAcross }, turn.nowMs, waitMs);
      wakeAt(turn.nowMs + waitMs);
    },
    taken: (item, topic, from) => {
      const announcers = missing.taken(item);
      const isAsked = from !== undefined && askedAcross.has(item, from) && isLazy(from, topic);
      if (isAsked && !tried.has(topic) && tried.size < MAX_TRIED) {
        tried.set(topic, { topic, item, from, atMs: turn.nowMs + CONFIRM_MS });
        wakeAt(turn.nowMs + CONFIRM_MS);
      }
      return { announcers, isAsked };
    },
    onAskedInside: (asker, topic, asked) => {
      const left = asked.filter(missing.leftToOthers);
      if (left.length === 0) return;
      const items = left.flatMap((as) => (as.type === 'item' ? [as.item] : []));
      const names = left.flatMap((as) => (as.type === 'brief' ? [as.name] : []));
      askInside(topic, items, names, asker);
    },
    handleTimer: () => {
      timerAtMs = Number.POSITIVE_INFINITY;
      for (const { to, topic, items, names, crosses: isAcross } of missing.due(turn.nowMs, isMissing)) {
        const staysLazy = isAcross && isLazy(to, topic);
        if (!staysLazy) deps.joinTree(to, topic);
        ask(to, topic, items, names);
        if (staysLazy) turn.send(to, { type: 'prune', topic });
        if (!isAcross) continue;
        for (const item of items) askedAcross.put({ type: 'item', item }, to);
        for (const name of names) askedAcross.put({ type: 'brief', name }, to);
        askInside(topic, items, names);
      }
      const due = [...tried.values()].filter(({ atMs }) => atMs <= turn.nowMs);
      for (const { topic } of due) tried.delete(topic);
      for (const { atMs } of tried.values()) wakeAt(atMs);
      wakeAt(missing.nextAtMs());
      return due;
    },
    wasAskedOf: (peer, item) => askedAcross.has(item, peer),
    onLinkDown: missing.onLinkDown,
  };
}
