import type { WallMs } from '../../src/core/time/instant.ts';
import type { Random, RandomSource } from '../engine/random.ts';
import type { NodeIndex } from '../network/topology.ts';

/** What each node's machine takes the time to be. */
export interface WallClocks {
  read(node: NodeIndex, nowMs: number): WallMs;
}

/** When simulations begin, by a clock that is right. */
const EPOCH_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
/** A guess: often enough that most nodes are set twice or more while a scenario lasts. */
const MEAN_PAUSE_MS = 60_000;
/** A guess: one in ten is off by years, as where a battery is empty; the others by hours, as where a time zone is taken for another. */
const YEARS_OFF_SHARE = 0.1;

/** No two agree, and each is set again and again, ahead and back. What nodes do must not hang on it. */
export function createWrongClocks(random: RandomSource, nodes: number): WallClocks {
  const clocks = new Array<{ draw: Random; offMs: number; setAgainMs: number } | undefined>(nodes);
  const set = (clock: { readonly draw: Random }) =>
    Math.round((clock.draw() * 2 - 1) * (clock.draw() < YEARS_OFF_SHARE ? 20 * YEAR_MS : 12 * HOUR_MS));
  const pause = ({ draw }: { readonly draw: Random }) => -Math.log(1 - draw()) * MEAN_PAUSE_MS;
  const begin = (node: NodeIndex) => {
    const draw = random.stream(`wall clock of ${node}`);
    return { draw, offMs: set({ draw }), setAgainMs: pause({ draw }) };
  };
  return {
    read: (node, nowMs) => {
      clocks[node] ??= begin(node);
      const clock = clocks[node];
      while (clock.setAgainMs <= nowMs) {
        clock.offMs = set(clock);
        clock.setAgainMs += pause(clock);
      }
      return EPOCH_MS + Math.floor(nowMs) + clock.offMs;
    },
  };
}

/** All of them right, and never set. */
export const RIGHT_CLOCKS: WallClocks = { read: (_, nowMs) => EPOCH_MS + Math.floor(nowMs) };
