import type { ReleaseId, RolloutId } from '../wire/encoding/ids.ts';
import type { HealthRule } from '../wire/entry/release.ts';
import type { Floors } from './floors.ts';

/** What a device knows of a release when it decides; taken from the signed manifest. */
export interface Subject {
  readonly release: ReleaseId;
  readonly product: string;
  readonly version: string;
  readonly counter: number;
  readonly health: HealthRule;
  /** The version before can read what this one stores: a trial that fails leaves it where it is. */
  readonly dataStays?: boolean;
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
  /** `withdrawn`: the wish went before it was committed. */
  | { readonly stage: 'committed' | 'withdrawn'; readonly rollout: RolloutId; readonly subject: Subject }
  | {
      readonly stage: 'rolled-back' | 'failed' | 'refused';
      readonly rollout: RolloutId;
      readonly subject: Subject;
      readonly reason: string;
    };

/** How the app origin comes to be as it was before a trial. */
export interface WayBack {
  /** Whose trial it is. */
  readonly rollout: RolloutId;
  /** Whose data lies there once it was gone. */
  readonly product: string;
  readonly by: 'copy' | 'clearing';
  /** Begun so often; a crash leaves it counted. */
  readonly tries: number;
}

/** All that survives a restart. A function of nothing but the inputs so far. */
export interface DeviceState {
  readonly update: Update;
  readonly running: Subject | undefined;
  readonly fallback: Subject | undefined;
  /** The highest counters committed of each product. Never goes back, except past a release whose signer was revoked. */
  readonly floors: Floors;
  /** Starts of the running release since it was last seen well. */
  readonly badStarts: number;
  /** Stands from before a trial changes anything until it is committed, or the way was gone. */
  readonly wayBack: WayBack | undefined;
  /** The product whose data lies on the app origin. */
  readonly dataOf: string | undefined;
  /** Products that gave way to others, of whose data there are copies; the newest first. */
  readonly keptAside: readonly string[];
}

export const FRESH_DEVICE: DeviceState = {
  update: { stage: 'idle' },
  running: undefined,
  fallback: undefined,
  floors: {},
  badStarts: 0,
  wayBack: undefined,
  dataOf: undefined,
  keptAside: [],
};

/** The candidate is on the screen, or was when the device stopped. */
export type OnTrial = Extract<Update, { stage: 'switching' | 'probation' }>;
/** Chosen, and neither committed nor given up. */
export type Underway = OnTrial | Extract<Update, { stage: 'announced' | 'fetching' | 'verified' | 'armed' }>;

export function isUnderway(update: Update): update is Underway {
  switch (update.stage) {
    case 'announced':
    case 'fetching':
    case 'verified':
    case 'armed':
    case 'switching':
    case 'probation':
      return true;
    default:
      return false;
  }
}

/** What the device must not lose: its slots, and what it is on the way to. */
export function neededReleases({ running, fallback, update }: DeviceState): readonly ReleaseId[] {
  const candidate = isUnderway(update) ? update.subject : undefined;
  return [...new Set([running, fallback, candidate].flatMap((slot) => slot?.release ?? []))];
}
