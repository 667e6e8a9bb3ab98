import type { Clock } from '../../ports/clock.ts';
import { previewSelector } from '../../runtime/operator/actions.ts';
import type { PendingStart, RolloutCommands } from '../../store/commands/rollouts.ts';
import type { FleetLife } from '../fleet-life.ts';
import { type PendingStartEffect, type PendingStartInput, stepPendingStart } from '../pending-start.ts';
import { refusing } from '../refusing.ts';

export interface RolloutDesk {
  readonly commands: RolloutCommands;
  /** Nothing that is counted down goes out after this. */
  leave(): void;
}

export function createRolloutDesk(deps: {
  readonly life: FleetLife;
  readonly clock: Clock;
  readonly onPendingStart: (state: PendingStart) => void;
}): RolloutDesk {
  const { life, clock } = deps;
  const rollOut = refusing(async (steps: Parameters<RolloutCommands['plan']>[0]) =>
    life.current().rollingOut.rollOut(steps),
  );
  let state: PendingStart = { type: 'idle' };
  let cancelTimer = () => {};

  const handle = (input: PendingStartInput): boolean => {
    const step = stepPendingStart(state, input, clock.nowMs());
    const changes = step.state !== state;
    state = step.state;
    if (changes) deps.onPendingStart(state);
    for (const effect of step.effects) perform(effect);
    return changes;
  };

  const perform = (effect: PendingStartEffect) => {
    switch (effect.type) {
      case 'set-timer':
        cancelTimer = clock.schedule(effect.delayMs, () => handle({ type: 'count-over' }));
        return;
      case 'clear-timer':
        cancelTimer();
        return;
      case 'roll-out': {
        const { request } = effect;
        rollOut(request.steps).then(
          (rollout) => handle({ type: 'rolled-out', request, rollout }),
          (error: unknown) => handle({ type: 'failed', request, error }),
        );
        return;
      }
    }
  };

  return {
    commands: {
      preview: (select) => {
        const fleet = life.opened();
        return fleet === undefined ? [] : previewSelector(fleet.runtime, select);
      },
      plan: (steps) => life.current().rollingOut.plan(steps),
      wayBack: (from, to) => life.current().rollingOut.wayBack(from, to),
      askToStart: (request) => handle({ type: 'asked', request }),
      startNow: () => void handle({ type: 'start-now' }),
      undoStart: () => void handle({ type: 'undo' }),
      forgetStart: () => void handle({ type: 'forget' }),
    },
    leave: () => void handle({ type: 'left' }),
  };
}
