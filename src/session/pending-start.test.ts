import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReleaseId, RolloutId } from '../core/wire/encoding/ids.ts';
import { type PendingStart, type StartRequest, UNDO_MS } from '../store/commands/rollouts.ts';
import { type PendingStartEffect, type PendingStartInput, stepPendingStart } from './pending-start.ts';

const requestOf = (title: string): StartRequest => ({
  steps: [{ release: 'release' as ReleaseId, select: {} }],
  title,
  askedOn: '/rollouts/new',
});
const request = requestOf('menu 1.2.0 to 3 devices');
const rollout = 'rollout' as RolloutId;
const NOW_MS = 5_000;

/** The state after these inputs, and all that they asked for. */
function play(...inputs: readonly PendingStartInput[]) {
  let state: PendingStart = { type: 'idle' };
  const effects: PendingStartEffect[] = [];
  for (const input of inputs) {
    const step = stepPendingStart(state, input, NOW_MS);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects, rolledOut: effects.flatMap((e) => (e.type === 'roll-out' ? [e.request] : [])) };
}

describe('a start that can be taken back', () => {
  const asked = { type: 'asked', request } as const;

  test('counts down for its time, and nothing is signed until then', () => {
    const { state, effects } = play(asked);
    expect(state).toEqual({ type: 'counting', request, startsAtMs: NOW_MS + UNDO_MS });
    expect(effects).toEqual([{ type: 'set-timer', delayMs: UNDO_MS }]);
  });

  test('is signed once when its count is over, or when the person does not wait, and its end is told until it is forgotten', () => {
    const over = play(asked, { type: 'count-over' }, { type: 'start-now' });
    expect(over.rolledOut).toEqual([request]);
    expect(over.state).toEqual({ type: 'starting', request });
    const now = play(asked, { type: 'start-now' }, { type: 'count-over' });
    expect(now.rolledOut).toEqual([request]);
    expect(now.effects).toContainEqual({ type: 'clear-timer' });
    const ended = play(asked, { type: 'count-over' }, { type: 'rolled-out', request, rollout });
    expect(ended.state).toEqual({ type: 'started', request, rollout });
    expect(
      play(asked, { type: 'count-over' }, { type: 'rolled-out', request, rollout }, { type: 'forget' }).state,
    ).toEqual({ type: 'idle' });
  });

  test('never starts once it is undone, whatever comes late', () => {
    const { state, rolledOut, effects } = play(
      asked,
      { type: 'undo' },
      { type: 'count-over' },
      { type: 'start-now' },
    );
    expect(rolledOut).toEqual([]);
    expect(effects).toContainEqual({ type: 'clear-timer' });
    expect(state).toEqual({ type: 'undone', request });
  });

  test('gives way to no second one while it counts or is signed, and is not undone while it is signed', () => {
    const second = { type: 'asked', request: requestOf('other') } as const;
    expect(play(asked, second).state).toMatchObject({ type: 'counting', request });
    const signing = play(asked, { type: 'start-now' }, second, { type: 'undo' }, { type: 'forget' });
    expect(signing.state).toEqual({ type: 'starting', request });
    expect(play(asked, { type: 'undo' }, second).state).toMatchObject({ type: 'counting' });
  });

  test('keeps what a refusal said, as when the key may roll out no longer', () => {
    const error = new Error('no operator role');
    const { state } = play(asked, { type: 'count-over' }, { type: 'failed', request, error });
    expect(state).toEqual({ type: 'refused', request, error });
  });

  test('ends with the page and with the fleet: nothing that was counted goes out after', () => {
    const { state, rolledOut, effects } = play(
      asked,
      { type: 'left' },
      { type: 'count-over' },
      { type: 'start-now' },
    );
    expect(state).toEqual({ type: 'idle' });
    expect(rolledOut).toEqual([]);
    expect(effects.at(-1)).toEqual({ type: 'clear-timer' });
  });

  test('is not told the end of one that was left behind while it was signed', () => {
    const next = requestOf('other');
    const inputs: PendingStartInput[] = [
      asked,
      { type: 'start-now' },
      { type: 'left' },
      { type: 'asked', request: next },
      { type: 'start-now' },
      { type: 'rolled-out', request, rollout },
    ];
    expect(play(...inputs).state).toEqual({ type: 'starting', request: next });
  });

  test('over any inputs, each that is signed was asked for, once, and was not taken back or left before', () => {
    const inputs = fc.array(
      fc.constantFrom<PendingStartInput['type']>(
        'asked',
        'start-now',
        'undo',
        'count-over',
        'forget',
        'left',
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(inputs, (types) => {
        let state: PendingStart = { type: 'idle' };
        let open: StartRequest | undefined;
        types.forEach((type, at) => {
          const input = (
            type === 'asked' ? { type, request: requestOf(String(at)) } : { type }
          ) as PendingStartInput;
          const step = stepPendingStart(state, input, NOW_MS);
          if (step.effects.some((effect) => effect.type === 'set-timer'))
            open = (input as Extract<PendingStartInput, { type: 'asked' }>).request;
          if (type === 'undo' || type === 'left') open = undefined;
          for (const effect of step.effects)
            if (effect.type === 'roll-out') {
              expect(effect.request).toBe(open);
              open = undefined;
            }
          state = step.state;
        });
      }),
      { seed: 11, numRuns: 2_000 },
    );
  });
});
