import { type Budget, createBudget } from '../overlay/budget.ts';
import type { MonotonicMs } from '../time/instant.ts';
import type { NodeId } from '../wire/encoding/ids.ts';

/**
 * When to reconcile with a neighbour again on a link that stands (R8). Broadcast may lose what nobody pushes a second time, and a link
 * that never breaks would never find out.
 */
export interface AntiEntropy {
  onLinkUp(peer: NodeId): void;
  onLinkDown(peer: NodeId): void;
  /** Something is missing here; `from` is a neighbour that has more, where that is known. */
  need(from?: NodeId): readonly AntiEntropyEffect[];
  /** Begins the seldom rounds. */
  start(random: () => number): readonly AntiEntropyEffect[];
  /** The neighbour to reconcile with now, if there is one and it is time. */
  handleTimer(
    timer: AntiEntropyTimer,
    nowMs: MonotonicMs,
    random: () => number,
  ): { readonly peer: NodeId | undefined; readonly effects: readonly AntiEntropyEffect[] };
}

/** `catch-up`: something is missing. `anti-entropy`: a seldom round, whether anything is or not. */
export type AntiEntropyTimer = 'catch-up' | 'anti-entropy';

export interface AntiEntropyEffect {
  readonly type: 'schedule-timer';
  readonly timer: AntiEntropyTimer;
  readonly delayMs: number;
}

export interface AntiEntropyConfig {
  /** How long what is missing is gathered before a neighbour is asked. */
  readonly gatherMs: number;
  /** The pause before all neighbours are asked in vain once more. */
  readonly againMs: number;
  /** Pauses between rounds on a link that stands, a quarter more or less. */
  readonly seldomMs: number;
}

/**
 * Guesses: what comes together is looked for together; longer spares messages, shorter shows a newcomer sooner what was said. A round
 * with nothing to find costs some hundred bytes and the marks of statements; seldomer finds a loss later.
 */
export const DEFAULT_ANTI_ENTROPY_CONFIG: AntiEntropyConfig = {
  gatherMs: 500,
  againMs: 10_000,
  seldomMs: 600_000,
};

/** Less than a neighbour takes (R8). */
const ROUNDS_WITH_ONE = { burst: 2, perSecond: 1 / 60 } as const;

export function createAntiEntropy({
  gatherMs,
  againMs,
  seldomMs,
}: AntiEntropyConfig = DEFAULT_ANTI_ENTROPY_CONFIG): AntiEntropy {
  const budgets = new Map<NodeId, Budget>();
  /** Those that have what is missing. */
  const offering = new Set<NodeId>();
  let isNeeded = false;

  const schedule = (timer: AntiEntropyTimer, delayMs: number): readonly AntiEntropyEffect[] => [
    { type: 'schedule-timer', timer, delayMs },
  ];
  /** Spread, so that the nodes of a site that started together do not all ask at once. */
  const seldom = (random: () => number) => schedule('anti-entropy', seldomMs * (0.75 + 0.5 * random()));

  const pick = (nowMs: MonotonicMs, random: () => number): NodeId | undefined => {
    const peers = [...budgets.keys()];
    const first = Math.floor(random() * peers.length);
    const turned = [...peers.slice(first), ...peers.slice(0, first)];
    const inOrder = [...turned.filter((peer) => offering.has(peer)), ...turned];
    return inOrder.find((peer) => budgets.get(peer)!.take(nowMs));
  };

  return {
    onLinkUp: (peer) => {
      budgets.set(peer, createBudget(ROUNDS_WITH_ONE));
    },
    onLinkDown: (peer) => {
      budgets.delete(peer);
      offering.delete(peer);
    },
    need: (from) => {
      if (from !== undefined && budgets.has(from)) offering.add(from);
      if (isNeeded) return [];
      isNeeded = true;
      return schedule('catch-up', gatherMs);
    },
    start: seldom,
    handleTimer: (timer, nowMs, random) => {
      const peer = pick(nowMs, random);
      if (peer === undefined)
        return { peer, effects: timer === 'anti-entropy' ? seldom(random) : schedule(timer, againMs) };
      isNeeded = false;
      offering.delete(peer);
      return { peer, effects: timer === 'anti-entropy' ? seldom(random) : [] };
    },
  };
}
