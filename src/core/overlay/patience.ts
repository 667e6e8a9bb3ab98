import type { Topic } from '../wire/link/overlay.ts';
import type { PlumtreeConfig } from './plumtree-config.ts';

/** How long what was announced may take along the tree before it is asked for (Plumtree, section 3.7: the first of its two timers). */
export interface Patience {
  /** In ms. One draw for all items of a topic that are missing at the same time: many draws would make everyone the first to ask. */
  of(topic: Topic, nowMs: number, random: () => number): number;
  /** Of what a neighbour of another site announced, where `nearNeighbours` of the own may get it first. */
  across(topic: Topic, nearNeighbours: number, nowMs: number, random: () => number): number;
}

/** Guesses, the spread for each neighbour of the site: longer leaves it to fewer to ask across, and mends later. */
const ACROSS_MS = { least: 300, each: 400 } as const;
/** A guess: how long one draw holds; longer than it takes to mend a break. */
const DRAW_MS = 2_000;
/** A guess: topics for which a draw is kept; the oldest goes first. */
const MAX_TOPICS = 1024;

export function createPatience({ leastMs, spreadMs }: PlumtreeConfig['graft']): Patience {
  const draws = new Map<Topic, { readonly chance: number; readonly untilMs: number }>();
  const draw = (topic: Topic, nowMs: number, random: () => number): number => {
    const drawn = draws.get(topic);
    if (drawn !== undefined && nowMs < drawn.untilMs) return drawn.chance;
    const chance = random();
    draws.delete(topic);
    draws.set(topic, { chance, untilMs: nowMs + DRAW_MS });
    const oldest = draws.size > MAX_TOPICS ? draws.keys().next().value : undefined;
    if (oldest !== undefined) draws.delete(oldest);
    return chance;
  };
  return {
    of: (topic, nowMs, random) => leastMs + spreadMs * draw(topic, nowMs, random),
    across: (topic, nearNeighbours, nowMs, random) => {
      const chance = draw(topic, nowMs, random);
      return nearNeighbours === 0
        ? leastMs + spreadMs * chance
        : ACROSS_MS.least + ACROSS_MS.each * nearNeighbours * chance;
    },
  };
}
