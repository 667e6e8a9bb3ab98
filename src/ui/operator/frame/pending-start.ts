import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RolloutId } from '../../../core/wire/encoding/ids.ts';
import type { Commands, Step } from '../../../store/commands.ts';

/** Time to take a start back while nothing of it has left this browser. */
export const UNDO_MS = 10_000;

export interface StartRequest {
  readonly steps: readonly Step[];
  /** "menu 1.2.0 to 14 devices". */
  readonly title: string;
  /** The page that asks; it gives way to the rollout's when that has started. */
  readonly askedOn: string;
}

export type PendingStartState =
  | { readonly type: 'idle' }
  | { readonly type: 'counting'; readonly request: StartRequest; readonly startsAtMs: number }
  | { readonly type: 'starting'; readonly request: StartRequest }
  | { readonly type: 'started'; readonly request: StartRequest; readonly rollout: RolloutId }
  | { readonly type: 'undone'; readonly request: StartRequest }
  | { readonly type: 'refused'; readonly request: StartRequest; readonly error: unknown };

/**
 * The one rollout that is about to start. It outlives the page that asked for it, so that a person may look around
 * during the count, and dies with the tab: a start that nobody watches any more must not go out.
 */
export interface PendingStart {
  readonly store: Pick<StoreApi<PendingStartState>, 'getState' | 'getInitialState' | 'subscribe'>;
  /** Begins the count. A second request during a count or a start is not taken. */
  readonly queue: (request: StartRequest) => boolean;
  readonly startNow: () => void;
  readonly undo: () => void;
  /** Forgets a start that is over, once its end has been told. */
  readonly forget: () => void;
}

export function createPendingStart(commands: Pick<Commands, 'startRollouts'>): PendingStart {
  const store = createStore<PendingStartState>(() => ({ type: 'idle' }));
  let timer: ReturnType<typeof setTimeout> | undefined;

  const start = async () => {
    const state = store.getState();
    if (state.type !== 'counting') return;
    clearTimeout(timer);
    const { request } = state;
    store.setState({ type: 'starting', request }, true);
    try {
      const rollout = await commands.startRollouts(request.steps);
      store.setState({ type: 'started', request, rollout }, true);
    } catch (error) {
      store.setState({ type: 'refused', request, error }, true);
    }
  };

  return {
    store,
    queue: (request) => {
      const { type } = store.getState();
      if (type === 'counting' || type === 'starting') return false;
      store.setState({ type: 'counting', request, startsAtMs: Date.now() + UNDO_MS }, true);
      timer = setTimeout(start, UNDO_MS);
      return true;
    },
    startNow: () => void start(),
    undo: () => {
      const state = store.getState();
      if (state.type !== 'counting') return;
      clearTimeout(timer);
      store.setState({ type: 'undone', request: state.request }, true);
    },
    forget: () => {
      const { type } = store.getState();
      if (type !== 'counting' && type !== 'starting') store.setState({ type: 'idle' }, true);
    },
  };
}

const PendingStartContext = createContext<PendingStart | undefined>(undefined);

export const PendingStartProvider = PendingStartContext.Provider;

export function usePendingStart(): [PendingStartState, PendingStart] {
  const pending = useContext(PendingStartContext);
  if (pending === undefined) throw new Error('a page was rendered outside PendingStartProvider');
  return [useStore(pending.store), pending];
}
