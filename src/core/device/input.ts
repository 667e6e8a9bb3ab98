import type { ReleaseId, RolloutId } from '../wire/encoding/ids.ts';
import type { FaultKind } from '../wire/statement/release-faults.ts';
import type { ReleaseWarnings } from '../wire/statement/release-warnings.ts';
import type { DeviceState, Subject, Update } from './state.ts';

/** What the ledger wishes of this device. */
export type Wished =
  /** The ledger lacks entries that it had: what it says of wishes may be old. */
  | { readonly type: 'unknown' }
  | { readonly type: 'nothing' }
  | { readonly type: 'release'; readonly rollout: RolloutId; readonly subject: Subject }
  /** The rollout or its release asks for what this version does not know. */
  | {
      readonly type: 'not-understood';
      readonly rollout: RolloutId;
      readonly subject: Subject;
      readonly lacking: readonly string[];
    };

/** What the frame in which a release runs tells of it. All but the last three can be made up by the release. */
export type FrameFact =
  /** A page of the release began; `page` is its path. */
  | { readonly type: 'page-started'; readonly page: string }
  | { readonly type: 'release-loaded' }
  | { readonly type: 'release-painted' }
  | { readonly type: 'release-healthy' }
  /** In the release's own words, empty where it gave none. */
  | { readonly type: 'release-unhealthy'; readonly reason: string }
  /** It asks not to be interrupted for so long from now on; 0 takes that back. */
  | { readonly type: 'release-busy'; readonly forMs: number }
  | { readonly type: 'release-beat' }
  /** Uncaught, with an error object; or a script or stylesheet of its own that its page names is missing. */
  | { readonly type: 'release-error'; readonly message: string }
  /** Anything else that a developer would want to know of. */
  | { readonly type: 'release-warning'; readonly message: string }
  | NoFrame
  /** The device's program is about to start again, to start this release once more. */
  | { readonly type: 'frame-reloads' };

/** Something that went wrong with the running release. */
export interface Fault {
  readonly kind: FaultKind;
  readonly text: string;
}

export type NoFrame =
  /** Nothing runs. */
  | { readonly type: 'frame-failed'; readonly reason: string }
  /** Nothing runs, since no release could: it is none of this one's doing. */
  | { readonly type: 'app-origin-failed'; readonly reason: string };

/** How a task on what the app origin keeps ended; `task` as in the effect that began it. */
export type DataFact =
  | { readonly type: 'data-done'; readonly task: number }
  /** `unanswered`: the app origin said nothing at all. */
  | {
      readonly type: 'data-failed';
      readonly task: number;
      readonly reason: string;
      readonly unanswered: boolean;
    };

/** What is done to what the app origin keeps, of whatever product it is. */
export type DataTask =
  /** In place of an older copy of the product. */
  | { readonly type: 'copy-data'; readonly product: string; readonly maxBytes: number }
  /** There lies what was copied of the product, and nothing else. */
  | { readonly type: 'restore-data'; readonly product: string }
  | { readonly type: 'clear-data' };

/** What happened at or around the device. */
export type DeviceInput =
  | {
      /** `device-started`: the device's program began, and all that `state` names is loaded. */
      readonly type: 'device-started' | 'wish-changed';
      readonly wished: Wished;
      /** Committed releases that do not count any more. */
      readonly voided: readonly ReleaseId[];
      /** The longest that a busy release may hold up a switch or a reload (C6). */
      readonly maxBusyMs: number;
    }
  | { readonly type: 'bundle-complete'; readonly release: ReleaseId }
  | { readonly type: 'bundle-failed'; readonly release: ReleaseId; readonly reason: string }
  /** `run` as in the `run-release` that started it: words of an earlier run may still be on their way. */
  | (FrameFact & { readonly run: number })
  | DataFact
  | { readonly type: 'timer-fired'; readonly timer: DeviceTimer };

/**
 * `verdict`: the candidate's time to show health is up. `silence`: no beat came for too long. `settled`: a start went well. `steady`: the
 * running release has gone on for long. `restart`: the frame of the running release is tried again. `hold`: what runs was busy, and the
 * switch that waited for it may be due.
 */
export const DEVICE_TIMERS = ['verdict', 'silence', 'settled', 'steady', 'restart', 'hold'] as const;
export type DeviceTimer = (typeof DEVICE_TIMERS)[number];

export type DeviceEffect =
  /** Must be kept before any later effect of the same list is carried out. */
  | { readonly type: 'persist-device'; readonly state: DeviceState }
  | { readonly type: 'hold-release'; readonly release: ReleaseId }
  /** Of all releases only these are still needed. */
  | { readonly type: 'keep-releases'; readonly releases: readonly ReleaseId[] }
  /** In place of whatever runs; `run` is new for each. */
  | { readonly type: 'run-release'; readonly release: ReleaseId; readonly run: number }
  | { readonly type: 'stop-release' }
  /** One at a time, while nothing runs; `task` is new for each. */
  | (DataTask & { readonly task: number })
  /** Of all copies only those of these products are still needed. */
  | { readonly type: 'retain-data'; readonly products: readonly string[] }
  | { readonly type: 'schedule-timer'; readonly timer: DeviceTimer; readonly delayMs: number }
  | { readonly type: 'cancel-timer'; readonly timer: DeviceTimer }
  /** Tell the fleet the stage that the update reached, and of what its release gave warning while it was tried. */
  | { readonly type: 'publish-receipt'; readonly update: Chosen; readonly warnings: ReleaseWarnings }
  /** Count it, and tell the fleet in time: it went wrong with the running release. */
  | { readonly type: 'note-fault'; readonly release: ReleaseId; readonly fault: Fault };

/** An update that has a subject. */
export type Chosen = Extract<Update, { subject: Subject }>;
