import type { NodeId } from '../wire/encoding/ids.ts';
import type { ItemId } from '../wire/link/item.ts';
import type { Topic } from '../wire/link/overlay.ts';
import type { PlumtreeConfig } from './plumtree-config.ts';

/** Plumtree's missing messages: items that neighbours announced and nobody has sent yet, each with whom to ask, and when. */
export interface MissingItems {
  /** `waitMs` is until the item is asked for; an earlier time that is set already stands. */
  announced(item: ItemId, topic: Topic, by: NodeId, hops: number, nowMs: number, waitMs: number): void;
  /** Who announced the item before it came and was not asked for it, those of the fewest hops first. */
  taken(item: ItemId): readonly Announcer[];
  /** Whom to ask for what is due: the announcers, those of the fewest hops first, each once. What nobody is left to ask for is forgotten. */
  due(nowMs: number, stillMissing: (item: ItemId) => boolean): readonly Request[];
  nextAtMs(): number | undefined;
  onLinkDown(peer: NodeId): void;
}

interface Request {
  readonly to: NodeId;
  readonly topic: Topic;
  readonly items: readonly ItemId[];
}

type OpenRequest = Request & { readonly items: ItemId[] };

interface Announcer {
  readonly by: NodeId;
  readonly hops: number;
}

interface Missing {
  readonly topic: Topic;
  /** Those of the fewest hops first: who is asked comes to be the parent. */
  readonly announcers: Announcer[];
  readonly sinceMs: number;
  atMs: number;
}

/** A guess: items that one neighbour may make us look for. What is beyond that comes when links reconcile. */
const MAX_MISSING_OF_ONE = 4096;
/** A guess: announcers kept for one item. */
const MAX_ANNOUNCERS = 8;
/** A guess: what was announced this long ago is asked for along with what is due; shorter than that it may be on its way. */
const EARLY_MS = 60;

export function createMissingItems(askAgain: PlumtreeConfig['askAgain']): MissingItems {
  const missing = new Map<ItemId, Missing>();
  const countOf = new Map<NodeId, number>();

  const count = (peer: NodeId, by: number) => {
    const next = (countOf.get(peer) ?? 0) + by;
    if (next <= 0) countOf.delete(peer);
    else countOf.set(peer, next);
  };
  const forget = (item: ItemId, { announcers }: Missing) => {
    for (const { by } of announcers) count(by, -1);
    missing.delete(item);
  };

  return {
    announced: (item, topic, by, hops, nowMs, waitMs) => {
      // Attack: announcing items that do not exist.
      if ((countOf.get(by) ?? 0) >= MAX_MISSING_OF_ONE) return;
      const known = missing.get(item) ?? {
        topic,
        announcers: [],
        sinceMs: nowMs,
        atMs: nowMs + waitMs,
      };
      if (known.announcers.length >= MAX_ANNOUNCERS || known.announcers.some((other) => other.by === by))
        return;
      const farther = known.announcers.findIndex((other) => other.hops > hops);
      known.announcers.splice(farther < 0 ? known.announcers.length : farther, 0, { by, hops });
      known.atMs = Math.min(known.atMs, nowMs + waitMs);
      missing.set(item, known);
      count(by, 1);
    },
    taken: (item) => {
      const known = missing.get(item);
      if (known === undefined) return [];
      forget(item, known);
      return known.announcers;
    },
    due: (nowMs, stillMissing) => {
      const requests: OpenRequest[] = [];
      const asked: Missing[] = [];
      const ask = (item: ItemId, known: Missing, request: OpenRequest) => {
        count(request.to, -1);
        request.items.push(item);
        asked.push(known);
      };
      for (const [item, known] of missing) {
        if (known.atMs > nowMs) continue;
        const request = stillMissing(item) ? takeRequest(known, requests, true) : undefined;
        if (request === undefined) forget(item, known);
        else ask(item, known, request);
      }
      if (requests.length === 0) return requests;
      // What else is missing for a while is so for the same reason: it need not wait for its own time.
      for (const [item, known] of missing) {
        if (known.atMs <= nowMs || nowMs - known.sinceMs < EARLY_MS || !stillMissing(item)) continue;
        const request = takeRequest(known, requests, false);
        if (request !== undefined) ask(item, known, request);
      }
      const againMs = nowMs + askAgain.baseMs + askAgain.eachMs * asked.length;
      for (const known of asked) known.atMs = againMs;
      return requests;
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
  const request = { to: next.by, topic, items: [] };
  requests.push(request);
  return request;
}
