import type { NodeId } from '../wire/encoding/ids.ts';
import { type BriefName, briefNameOf } from '../wire/link/brief-name.ts';
import type { ItemId } from '../wire/link/item.ts';
import type { Topic } from '../wire/link/overlay.ts';
import type { PlumtreeConfig } from './plumtree-config.ts';

/** Plumtree's missing messages: items that neighbours announced and nobody has sent yet, each with whom to ask, and when. */
export interface MissingItems {
  /** `waitMs` is until the item is asked for; an earlier time that is set already stands. */
  announced(as: AnnouncedAs, topic: Topic, announcer: Announcer, nowMs: number, waitMs: number): void;
  /** Who announced the item before it came and was not asked for it, those of the fewest hops first. */
  taken(item: ItemId): readonly Announcer[];
  /** Whom to ask for what is due: the announcers, those of the fewest hops first, each once. What nobody is left to ask for is forgotten. */
  due(nowMs: number, stillMissing: (as: AnnouncedAs) => boolean): readonly Request[];
  /**
   * Another node of the site has asked for the item across the border: this one waits for that a while, once (SRM: Floyd et al.,
   * "A Reliable Multicast Framework", SIGCOMM 1995, where requests of others put off one's own). False when there is nothing to wait
   * for, or it waited so already.
   */
  leftToOthers(as: AnnouncedAs): boolean;
  nextAtMs(): number | undefined;
  onLinkDown(peer: NodeId): void;
}

/** How an item is known: in full, or by its brief name alone. */
export type AnnouncedAs =
  | { readonly type: 'item'; readonly item: ItemId }
  | { readonly type: 'brief'; readonly name: BriefName };

export interface Request {
  readonly to: NodeId;
  /** It goes across the border of this node's site. */
  readonly crosses: boolean;
  readonly topic: Topic;
  readonly items: readonly ItemId[];
  readonly names: readonly BriefName[];
}

type OpenRequest = Request & { readonly items: ItemId[]; readonly names: BriefName[] };

interface Announcer {
  readonly by: NodeId;
  readonly hops: number;
  /** From another site than this node's, which has neighbours in its own. */
  readonly crosses: boolean;
}

interface Missing {
  /** In full once somebody has named it so. */
  as: AnnouncedAs;
  readonly topic: Topic;
  /** Those of the own site first, of these and of the others those of the fewest hops: who is asked comes to be the parent. */
  readonly announcers: Announcer[];
  readonly sinceMs: number;
  atMs: number;
  /** Others of the site were left to ask first. */
  waited: boolean;
  /** How many were asked for it across. */
  askedAcross: number;
}

type Key = ItemId | BriefName;

/** A guess: items that one neighbour may make us look for. What is beyond that comes when links reconcile. */
const MAX_MISSING_OF_ONE = 4096;
/** A guess: announcers kept for one item. */
const MAX_ANNOUNCERS = 8;
/**
 * A guess, added where one was asked across a border, and doubled with each: the first time-out of RFC 6298, section 2.1. The line may be
 * slow, and each answer takes its place there; less finds out sooner that who was asked is gone.
 */
const ASK_AGAIN_ACROSS_MS = 1_000;
/** A guess: for as long as an answer takes to come and to spread inside. Attack: who says that it asked and did not makes each item late by so much, once. */
const LEFT_TO_OTHERS_MS = 1_500;
/** A guess: what was announced this long ago is asked for along with what is due; shorter than that it may be on its way. */
const EARLY_MS = 60;

export function createMissingItems(askAgain: PlumtreeConfig['askAgain']): MissingItems {
  const missing = new Map<Key, Missing>();
  const countOf = new Map<NodeId, number>();

  const count = (peer: NodeId, by: number) => {
    const next = (countOf.get(peer) ?? 0) + by;
    if (next <= 0) countOf.delete(peer);
    else countOf.set(peer, next);
  };
  const forget = (key: Key, { announcers }: Missing) => {
    for (const { by } of announcers) count(by, -1);
    missing.delete(key);
  };

  return {
    announced: (as, topic, announcer, nowMs, waitMs) => {
      const key = keyOf(as);
      const { by } = announcer;
      // Attack: announcing items that do not exist.
      if ((countOf.get(by) ?? 0) >= MAX_MISSING_OF_ONE) return;
      const known: Missing = missing.get(key) ?? {
        as,
        topic,
        announcers: [],
        sinceMs: nowMs,
        atMs: nowMs + waitMs,
        waited: false,
        askedAcross: 0,
      };
      if (as.type === 'item') known.as = as;
      if (known.announcers.length >= MAX_ANNOUNCERS || known.announcers.some((other) => other.by === by))
        return;
      const farther = known.announcers.findIndex((other) => isAskedBefore(announcer, other));
      known.announcers.splice(farther < 0 ? known.announcers.length : farther, 0, announcer);
      // What was asked for is on its way, as far as another way across can tell.
      if (!announcer.crosses || !isUnderWay(known)) known.atMs = Math.min(known.atMs, nowMs + waitMs);
      missing.set(key, known);
      count(by, 1);
    },
    taken: (item) => {
      const key = keyOf({ type: 'item', item });
      const known = missing.get(key);
      if (known === undefined) return [];
      forget(key, known);
      return known.announcers;
    },
    due: (nowMs, stillMissing) => {
      const requests: OpenRequest[] = [];
      const asked: Missing[] = [];
      const ask = (known: Missing, request: OpenRequest) => {
        if (request.crosses) known.askedAcross++;
        count(request.to, -1);
        if (known.as.type === 'item') request.items.push(known.as.item);
        else request.names.push(known.as.name);
        asked.push(known);
      };
      for (const [key, known] of missing) {
        if (known.atMs > nowMs) continue;
        const request = stillMissing(known.as) ? takeRequest(known, requests, true) : undefined;
        if (request === undefined) forget(key, known);
        else ask(known, request);
      }
      if (requests.length === 0) return requests;
      // What else is missing for a while is so for the same reason: it need not wait for its own time.
      for (const known of missing.values()) {
        if (known.atMs <= nowMs || nowMs - known.sinceMs < EARLY_MS || isUnderWay(known)) continue;
        if (!stillMissing(known.as)) continue;
        const request = takeRequest(known, requests, false);
        if (request !== undefined) ask(known, request);
      }
      const againMs = nowMs + askAgain.baseMs + askAgain.eachMs * asked.length;
      for (const known of asked) {
        const times = known.askedAcross;
        known.atMs = againMs + (times === 0 ? 0 : ASK_AGAIN_ACROSS_MS * 2 ** (times - 1));
      }
      return requests;
    },
    leftToOthers: (as) => {
      const known = missing.get(keyOf(as));
      if (known === undefined || isUnderWay(known) || !known.announcers.every(({ crosses }) => crosses))
        return false;
      known.waited = true;
      known.atMs += LEFT_TO_OTHERS_MS;
      return true;
    },
    nextAtMs: () => {
      let next: number | undefined;
      for (const { atMs } of missing.values()) if (next === undefined || atMs < next) next = atMs;
      return next;
    },
    onLinkDown: (peer) => {
      if (!countOf.has(peer)) return;
      for (const { announcers } of missing.values()) {
        const at = announcers.findIndex(({ by }) => by === peer);
        if (at >= 0) announcers.splice(at, 1);
      }
      countOf.delete(peer);
    },
  };
}

function isAskedBefore(one: Announcer, other: Announcer): boolean {
  return one.crosses === other.crosses ? one.hops < other.hops : other.crosses;
}

/** Somebody of the site has asked for it across the border. */
function isUnderWay({ waited, askedAcross }: Missing): boolean {
  return waited || askedAcross > 0;
}

/** One for both ways to name an item. */
export function keyOf(as: AnnouncedAs): Key {
  return as.type === 'brief' ? as.name : (briefNameOf(as.item) ?? as.item);
}

/** Items that are missing together are asked for together: each link that is asked joins the tree, and one mends a break. */
function takeRequest(
  { topic, announcers }: Missing,
  requests: OpenRequest[],
  mayOpen: boolean,
): OpenRequest | undefined {
  const openTo = (by: NodeId) => requests.find((request) => request.to === by && request.topic === topic);
  const at = announcers.findIndex(({ by }) => openTo(by) !== undefined);
  if (at < 0 && !mayOpen) return undefined;
  const [next] = announcers.splice(Math.max(0, at), 1);
  if (next === undefined) return undefined;
  const known = openTo(next.by);
  if (known !== undefined) return known;
  const request = { to: next.by, crosses: next.crosses, topic, items: [], names: [] };
  requests.push(request);
  return request;
}
