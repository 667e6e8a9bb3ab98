import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MonotonicMs, WallMs } from '../core/time/instant.ts';
import { instantOf } from '../runtime/instant-of.ts';
import type { NodeRuntime, RuntimeEvent } from '../runtime/node-runtime.ts';
import type { FleetModel, SessionModel } from './model.ts';
import type { BesideNode, ShownRuntime } from './project-session.ts';
import { createProjection } from './projection/projection.ts';
import { WATCHING_ALL } from './watch.ts';

const EMPTY: FleetModel = {
  session: { type: 'opening' },
  devices: [],
  releases: [],
  rollouts: [],
  people: [],
  root: { version: 0, threshold: 0, keys: [], forkedAt: undefined, quarantined: [] },
  mesh: { nodes: [], links: [], turnedAway: [], later: [] },
  sites: [],
  watch: WATCHING_ALL,
  pendingStart: { type: 'idle' },
  ledgerRevision: 0,
  activity: [],
};

/** UI.md: what changes fast reaches React at most four times a second. */
const FLUSH_MS = 250;
/** Presence runs out by itself, so the model is looked at again even when nothing happens. */
const REFRESH_MS = 5_000;

export type FollowedRuntime = ShownRuntime & Pick<NodeRuntime, 'subscribe'>;

export interface FleetStore {
  readonly store: StoreApi<FleetModel>;
  setSession(session: SessionModel): void;
  /** Shows this runtime until the returned function is called. */
  follow(runtime: FollowedRuntime, beside: BesideNode): () => void;
}

export function createFleetStore(clock: {
  nowMs(): WallMs;
  monotonicMs(): MonotonicMs;
  schedule(delayMs: number, run: () => void): () => void;
}): FleetStore {
  const store = createStore<FleetModel>(() => EMPTY);
  return {
    store,
    setSession: (session) => store.setState({ ...EMPTY, session }, true),
    follow: (runtime, beside) => {
      const projection = createProjection(runtime, beside);
      let cancelFlush: (() => void) | undefined;
      let cancelRefresh = () => {};

      const flush = () => {
        cancelFlush = undefined;
        cancelRefresh();
        cancelRefresh = clock.schedule(REFRESH_MS, flush);
        store.setState(projection.look(instantOf(clock)));
      };

      const onEvent = (event: RuntimeEvent) => {
        projection.onEvent(event, clock.nowMs());
        cancelFlush ??= clock.schedule(FLUSH_MS, flush);
      };

      flush();
      const stop = runtime.subscribe(onEvent);
      return () => {
        stop();
        cancelFlush?.();
        cancelRefresh();
      };
    },
  };
}
