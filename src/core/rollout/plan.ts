import type { NodeId, ReleaseId, RolloutId } from '../wire/encoding/ids.ts';
import type { Course } from './course.ts';
import type { PermissionGrowth } from './permission-growth.ts';
import type { Origin, Step } from './way-back.ts';

/** A step, and what it takes. */
export interface PlannedStep extends Step {
  /** Devices that it names now and no later step does. */
  readonly devices: readonly NodeId[];
  /** Undefined where its release does not count any more: then it cannot be rolled out. */
  readonly course: Course | undefined;
  /** What its devices get with it that they were not to have; it is rolled out when a person has agreed. */
  readonly growth: PermissionGrowth | undefined;
}

/** From where devices go back. */
export type WayBackFrom =
  | { readonly type: 'rollout'; readonly rollout: RolloutId }
  | { readonly type: 'device'; readonly device: NodeId }
  /** All that follow a rollout of this release's product; all of the fleet where none does. */
  | { readonly type: 'product-of'; readonly release: ReleaseId };

/** A way back, as it is shown before it is taken. */
export interface WayBack {
  /** What the devices are to run now. */
  readonly now: readonly ReleaseId[];
  /** The most frequent first; those without a release last. */
  readonly origins: readonly Origin[];
  readonly steps: readonly PlannedStep[];
}

/** What of a release's files this node holds. */
export interface FilesHere {
  readonly missingFiles: number;
  readonly missingBytes: number;
  readonly sizeBytes: number;
}
