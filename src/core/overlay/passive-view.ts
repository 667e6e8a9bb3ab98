import type { NodeId } from '../wire/encoding/ids.ts';
import type { HyParViewConfig } from './hyparview-config.ts';

/**
 * HyParView's passive view: nodes to fall back on. Places are kept apart by where a node was heard of, so that who floods one way
 * of hearing leaves the others alone, and what neighbours name is a sample by rank: under a secret seed each node has a rank, the
 * lowest stay. Naming a node again and again does not raise its chances (BASALT, Auvolat et al., Middleware 2023; Brahms, Bortnikov
 * et al., 2009).
 */
export interface PassiveView {
  learn(node: NodeId, heard: Heard, random: () => number): void;
  forget(node: NodeId): void;
  has(node: NodeId): boolean;
  /** A signaling server or this node's own storage named it, and it has not been a neighbour since. */
  isIntroduced(node: NodeId): boolean;
  /** A dial came to nothing: wait longer before the next; a node that only others named is forgotten after some. */
  onDialFailed(node: NodeId, nowMs: number, random: () => number): void;
  /** Do not dial it before `untilMs`. */
  rest(node: NodeId, untilMs: number): void;
  /** Nodes that may be dialled now, in an order of chance that mixes the ways in which they were heard of. */
  candidates(nowMs: number, random: () => number): readonly NodeId[];
  /** When the next node that rests may be dialled; undefined when none rests. */
  nextAtMs(nowMs: number, counts: (node: NodeId) => boolean): number | undefined;
  /** Up to `count` nodes for a shuffle, members first. */
  sample(count: number, random: () => number): readonly NodeId[];
  /** Ranks are drawn anew, so that nobody stays for ever by luck. */
  reseed(random: () => number): void;
  size(): number;
}

export type Heard =
  /** A signaling server or this node's own storage named it. */
  | { readonly type: 'introduced' }
  /** It was a neighbour: it has proved that it is there. */
  | { readonly type: 'linked' }
  /** This neighbour passed its name on. */
  | { readonly type: 'named'; readonly by: NodeId; readonly near: boolean };

/** A guess: places in each of near and far that one neighbour's words may fill, so that it takes several that lie to fill all. */
const PLACES_OF_ONE = 3;
/** A guess: dials in a row that fail before a node is forgotten; one that has been a neighbour is dialled on. */
const MAX_FAILED_DIALS = 5;

type Shelf = keyof HyParViewConfig['passiveView'];

interface Place {
  readonly shelf: Shelf;
  readonly namedBy: NodeId | undefined;
  failedDials: number;
  notBeforeMs: number;
}

/** Where places are full, strangers make place for members: the ledger admits no more of these than the fleet has. */
export function createPassiveView(
  self: NodeId,
  isMember: (node: NodeId) => boolean,
  { passiveView, redial }: Pick<HyParViewConfig, 'passiveView' | 'redial'>,
): PassiveView {
  const places = new Map<NodeId, Place>();
  let seed = 0;

  const rank = (node: NodeId) => {
    // FNV-1a with a secret start: all that is asked of it is that who does not know the seed cannot choose ranks.
    let hash = seed;
    for (let index = 0; index < node.length; index++)
      hash = Math.imul(hash ^ node.charCodeAt(index), 0x01000193);
    return (hash ^ (hash >>> 15)) >>> 0;
  };
  const onShelf = (shelf: Shelf) => [...places].filter(([, place]) => place.shelf === shelf);
  const strangersFirst = (among: readonly (readonly [NodeId, Place])[]) => {
    const strangers = among.filter(([node]) => !isMember(node));
    return strangers.length > 0 ? strangers : among;
  };
  const evictWorst = (among: readonly (readonly [NodeId, Place])[]) => {
    const worst = strangersFirst(among).reduce((a, b) => (rank(a[0]) >= rank(b[0]) ? a : b));
    places.delete(worst[0]);
  };

  return {
    learn: (node, heard, random) => {
      if (node === self) return;
      const known = places.get(node);
      const shelf = heard.type === 'named' ? (heard.near ? 'near' : 'far') : heard.type;
      if (known !== undefined) {
        // Heard of by a better way: what it takes to fool us twice is another way, not another word.
        const better = heard.type === 'linked' || (heard.type === 'introduced' && known.shelf !== 'linked');
        if (heard.type !== 'named') known.failedDials = 0;
        if (!better || known.shelf === shelf) return;
        places.delete(node);
      }
      places.set(node, {
        shelf,
        namedBy: heard.type === 'named' ? heard.by : undefined,
        failedDials: 0,
        notBeforeMs: known?.notBeforeMs ?? 0,
      });
      if (seed === 0) seed = Math.floor(random() * 2 ** 32) || 1;
      const all = onShelf(shelf);
      const ofOne = heard.type === 'named' ? all.filter(([, place]) => place.namedBy === heard.by) : [];
      if (ofOne.length > PLACES_OF_ONE) evictWorst(ofOne);
      else if (all.length > passiveView[shelf]) {
        if (heard.type === 'named') evictWorst(all);
        else places.delete(strangersFirst(all)[0]![0]);
      }
    },
    forget: (node) => places.delete(node),
    has: (node) => places.has(node),
    isIntroduced: (node) => places.get(node)?.shelf === 'introduced',
    onDialFailed: (node, nowMs, random) => {
      const place = places.get(node);
      if (place === undefined) return;
      place.failedDials++;
      if (place.failedDials >= MAX_FAILED_DIALS && place.shelf !== 'linked') places.delete(node);
      const pauseMs = Math.min(redial.leastMs * 2 ** (place.failedDials - 1), redial.mostMs);
      place.notBeforeMs = nowMs + pauseMs * (0.5 + random());
    },
    rest: (node, untilMs) => {
      const place = places.get(node);
      if (place !== undefined) place.notBeforeMs = Math.max(place.notBeforeMs, untilMs);
    },
    candidates: (nowMs, random) => {
      const shelves = (Object.keys(passiveView) as Shelf[]).map((shelf) =>
        shuffled(
          onShelf(shelf).filter(([, place]) => place.notBeforeMs <= nowMs),
          random,
        ),
      );
      const turns = shuffled(shelves, random);
      const longest = Math.max(...turns.map(({ length }) => length));
      return Array.from({ length: longest }, (_, turn) =>
        turns.flatMap((shelf) => shelf[turn]?.[0] ?? []),
      ).flat();
    },
    nextAtMs: (nowMs, counts) => {
      let next: number | undefined;
      for (const [node, { notBeforeMs }] of places)
        if (notBeforeMs > nowMs && (next === undefined || notBeforeMs < next) && counts(node))
          next = notBeforeMs;
      return next;
    },
    sample: (count, random) => {
      const all = shuffled([...places.keys()], random);
      const members = all.filter(isMember);
      return [...members, ...all.filter((node) => !isMember(node))].slice(0, count);
    },
    reseed: (random) => {
      seed = Math.floor(random() * 2 ** 32) || 1;
    },
    size: () => places.size,
  };
}

/** Fisher-Yates. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const all = [...items];
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
  return all;
}
