import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReleaseId, RolloutId } from '../../../core/wire/encoding/ids.ts';
import { createPendingStart, UNDO_MS } from './pending-start.ts';

const request = {
  steps: [{ release: 'release' as ReleaseId, select: {} }],
  title: 'menu 1.2.0 to 3 devices',
  askedOn: '/rollouts/new',
};
const rollout = 'rollout' as RolloutId;

describe('a start that can be taken back', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells nobody before the count is over', async () => {
    const startRollouts = vi.fn(async () => rollout);
    const pending = createPendingStart({ startRollouts });
    pending.queue(request);
    await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
    expect(startRollouts).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(startRollouts).toHaveBeenCalledExactlyOnceWith(request.steps);
    expect(pending.store.getState()).toEqual({ type: 'started', request, rollout });
  });

  it('never starts once undone', async () => {
    const startRollouts = vi.fn(async () => rollout);
    const pending = createPendingStart({ startRollouts });
    pending.queue(request);
    pending.undo();
    pending.startNow();
    await vi.advanceTimersByTimeAsync(UNDO_MS * 2);
    expect(startRollouts).not.toHaveBeenCalled();
    expect(pending.store.getState().type).toBe('undone');
  });

  it('starts at once when asked to, and only once', async () => {
    const startRollouts = vi.fn(async () => rollout);
    const pending = createPendingStart({ startRollouts });
    pending.queue(request);
    pending.startNow();
    await vi.advanceTimersByTimeAsync(UNDO_MS * 2);
    expect(startRollouts).toHaveBeenCalledTimes(1);
  });

  it('does not let a second request replace the one that counts', () => {
    const pending = createPendingStart({ startRollouts: async () => rollout });
    expect(pending.queue(request)).toBe(true);
    expect(pending.queue({ ...request, title: 'other' })).toBe(false);
    expect(pending.store.getState()).toMatchObject({ request: { title: request.title } });
    pending.undo();
  });

  it('keeps what a refusal said', async () => {
    const error = new Error('no operator role');
    const pending = createPendingStart({ startRollouts: () => Promise.reject(error) });
    pending.queue(request);
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect(pending.store.getState()).toEqual({ type: 'refused', request, error });
  });
});
