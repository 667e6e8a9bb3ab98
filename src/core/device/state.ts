import type { ReleaseId, RolloutId } from '../wire/ids.ts';
import type { HealthRule } from '../wire/release.ts';

/** What a device knows of a release when it decides; taken from the signed manifest. */
export interface Subject {
  readonly release: ReleaseId;
  readonly product: string;
  readonly version: string;
  readonly counter: number;
  readonly health: HealthRule;
}

/** One rollout being followed, from the wish to the verdict. Every stage is kept before it is acted on. */
export type Update =
  | { readonly stage: 'idle' }
  | {
      readonly stage: 'announced' | 'fetching' | 'verified' | 'armed';
      readonly rollout: RolloutId;
      readonly subject: Subject;
    }
  | {
      readonly stage: 'switching' | 'probation';
      readonly rollout: RolloutId;
      readonly subject: Subject;
      /** Starts of the candidate so far; a crash in probation leaves it counted. */
      readonly starts: number;
    }
  | { readonly stage: 'committed'; readonly rollout: RolloutId; readonly subject: Subject }
  | {
      readonly stage: 'rolled-back' | 'failed' | 'refused';
      readonly rollout: RolloutId;
      readonly subject: Subject;
      readonly reason: string;
    };

/** A counter that was committed, and the release that had it. */
export interface Floor {
  readonly counter: number;
  readonly release: ReleaseId;
}

/** All that survives a restart. A function of nothing but the inputs so far. */
export interface DeviceState {
  readonly update: Update;
  readonly running: Subject | undefined;
  readonly fallback: Subject | undefined;
  /** The highest counters committed of each product. Never goes back, except past a release whose signer was revoked. */
  readonly floors: Readonly<Record<string, readonly Floor[]>>;
  /** Starts of the running release since it was last seen well. */
  readonly badStarts: number;
}

export const FRESH_DEVICE: DeviceState = {
  update: { stage: 'idle' },
  running: undefined,
  fallback: undefined,
  floors: {},
  badStarts: 0,
};

/** A guess: floors kept of each product, so that a few voided releases in a row leave one that holds. */
const MAX_FLOORS = 8;

/**
 * The counter that a release must exceed; undefined when none was committed. A release that does not count any more holds no floor:
 * else a stolen key that published the highest number would bar all later releases (fast-forward attack, TUF 1.5.2).
 */
export function floorOf(
  state: DeviceState,
  product: string,
  voided: readonly ReleaseId[],
): number | undefined {
  const counters = (state.floors[product] ?? [])
    .filter(({ release }) => !voided.includes(release))
    .map(({ counter }) => counter);
  return counters.length === 0 ? undefined : Math.max(...counters);
}

/** The floors with a committed release among them. */
export function withFloor(
  floors: DeviceState['floors'],
  { product, counter, release }: Subject,
): DeviceState['floors'] {
  const others = (floors[product] ?? []).filter((floor) => floor.release !== release);
  const highest = [...others, { counter, release }]
    .sort((a, b) => b.counter - a.counter)
    .slice(0, MAX_FLOORS);
  return { ...floors, [product]: highest };
}
