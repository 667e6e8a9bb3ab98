import type { FilesHere, PlannedStep, WayBack, WayBackFrom } from '../../core/rollout/plan.ts';
import type { Step } from '../../core/rollout/way-back.ts';
import type { NodeId, ReleaseId, RolloutId } from '../../core/wire/encoding/ids.ts';
import type { Selector } from '../../core/wire/entry/rollout.ts';

export type { FilesHere, PlannedStep, Step, WayBack, WayBackFrom };

export interface RolloutCommands {
  /** Devices of the fleet that the selector names now; late-comers that match join by themselves. */
  preview(select: Selector): readonly NodeId[];
  /** What it takes to carry the steps out, now. */
  plan(steps: readonly Step[]): readonly PlannedStep[];
  /** How devices come back to what each was to run before, or all of them to `to`. */
  wayBack(from: WayBackFrom, to: ReleaseId | undefined): WayBack;
  /**
   * Rolls the releases out when UNDO_MS are over, the later steps over the earlier; the model's `pendingStart` says how far it is.
   * What devices would refuse is published again first, under the next number. False: another start is under way, and this one is
   * not taken.
   */
  askToStart(request: StartRequest): boolean;
  /** Does not wait for the end of the count. */
  startNow(): void;
  /** Takes back what is counted down; nothing is signed then. */
  undoStart(): void;
  /** Forgets a start that is over, once its end has been told. */
  forgetStart(): void;
}

/** Time to take a start back while nothing of it has left this browser. A guess: to read who is reached, and no nuisance to wait for. */
export const UNDO_MS = 10_000;

export interface StartRequest {
  readonly steps: readonly Step[];
  /** "menu 1.2.0 to 14 devices". */
  readonly title: string;
  /** The page that asks; it gives way to the rollout's when that has started. */
  readonly askedOn: string;
}

/** The one rollout that is about to start, or what became of it. */
export type PendingStart =
  | { readonly type: 'idle' }
  | {
      readonly type: 'counting';
      readonly request: StartRequest;
      /** By this browser's wall clock, for people alone. */
      readonly startsAtMs: number;
    }
  | { readonly type: 'starting'; readonly request: StartRequest }
  | { readonly type: 'started'; readonly request: StartRequest; readonly rollout: RolloutId }
  | { readonly type: 'undone'; readonly request: StartRequest }
  | { readonly type: 'refused'; readonly request: StartRequest; readonly error: unknown };

/** It is counted down or being signed: no other start is taken. */
export function isUnderWay({ type }: PendingStart): boolean {
  return type === 'counting' || type === 'starting';
}
