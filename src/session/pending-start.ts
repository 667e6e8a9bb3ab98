import type { RolloutId } from '../core/wire/encoding/ids.ts';
import { isUnderWay, type PendingStart, type StartRequest, UNDO_MS } from '../store/commands/rollouts.ts';

export type PendingStartInput =
  | { readonly type: 'asked'; readonly request: StartRequest }
  | { readonly type: 'start-now' }
  | { readonly type: 'undo' }
  | { readonly type: 'count-over' }
  | { readonly type: 'rolled-out'; readonly request: StartRequest; readonly rollout: RolloutId }
  | { readonly type: 'failed'; readonly request: StartRequest; readonly error: unknown }
  /** People have been told how it ended. */
  | { readonly type: 'forget' }
  /** The page closes, or the person leaves the fleet. */
  | { readonly type: 'left' };

export type PendingStartEffect =
  | { readonly type: 'set-timer'; readonly delayMs: number }
  | { readonly type: 'clear-timer' }
  | { readonly type: 'roll-out'; readonly request: StartRequest };

export interface PendingStartStep {
  readonly state: PendingStart;
  readonly effects: readonly PendingStartEffect[];
}

/**
 * A start that can be taken back: nothing is signed before its count is over, and a start that nobody watches any more never goes out.
 * It outlives the page of the dashboard that asked for it, so that a person may look around during the count, and ends with the browser's
 * page and with the fleet, since it is kept nowhere. What is being signed is not taken back: it may have reached others.
 */
export function stepPendingStart(
  state: PendingStart,
  input: PendingStartInput,
  nowMs: number,
): PendingStartStep {
  switch (input.type) {
    case 'asked':
      return isUnderWay(state)
        ? { state, effects: [] }
        : {
            state: { type: 'counting', request: input.request, startsAtMs: nowMs + UNDO_MS },
            effects: [{ type: 'set-timer', delayMs: UNDO_MS }],
          };
    case 'start-now':
    case 'count-over':
      return state.type === 'counting'
        ? {
            state: { type: 'starting', request: state.request },
            effects: [{ type: 'clear-timer' }, { type: 'roll-out', request: state.request }],
          }
        : { state, effects: [] };
    case 'undo':
      return state.type === 'counting'
        ? { state: { type: 'undone', request: state.request }, effects: [{ type: 'clear-timer' }] }
        : { state, effects: [] };
    case 'rolled-out':
    case 'failed':
      return { state: endOf(state, input), effects: [] };
    case 'forget':
      return { state: isUnderWay(state) ? state : { type: 'idle' }, effects: [] };
    case 'left':
      return { state: { type: 'idle' }, effects: [{ type: 'clear-timer' }] };
  }
}

/** What comes of a start that was left behind says nothing of the one that was asked for since. */
function endOf(
  state: PendingStart,
  input: Extract<PendingStartInput, { type: 'rolled-out' | 'failed' }>,
): PendingStart {
  if (state.type !== 'starting' || state.request !== input.request) return state;
  const { request } = input;
  return input.type === 'rolled-out'
    ? { type: 'started', request, rollout: input.rollout }
    : { type: 'refused', request, error: input.error };
}
