import type { Topic } from '../wire/link/overlay.ts';
import type { PlumtreeConfig } from './plumtree-config.ts';

/** How long what was announced may take along the tree before it is asked for (Plumtree, section 3.7: the first of its two timers). */
export interface Patience {
  /** In ms. One draw for all items of a topic that are missing at the same time: many draws would make everyone the first to ask. */
  of(topic: Topic, nowMs: number, random: () => number): number;
}

/** A guess: how long one draw holds; longer than it takes to mend a break. */
const DRAW_MS = 2_000;
/** A guess: topics for which a draw is kept; the oldest goes first. */
const MAX_TOPICS = 1024;

export function createPatience({ leastMs, spreadMs }: PlumtreeConfig['graft']): Patience {
  const draws = new Map<Topic, { readonly waitMs: number; readonly untilMs: number }>();
  return {
    of: (topic, nowMs, random) => {
      const drawn = draws.get(topic);
      if (drawn !== undefined && nowMs < drawn.untilMs) return drawn.waitMs;
      const waitMs = leastMs + spreadMs * random();
      draws.delete(topic);
      draws.set(topic, { waitMs, untilMs: nowMs + DRAW_MS });
      const oldest = draws.size > MAX_TOPICS ? draws.keys().next().value : undefined;
      if (oldest !== undefined) draws.delete(oldest);
      return waitMs;
    },
  };
}
