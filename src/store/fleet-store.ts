import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Node } from '../core/node/node.ts';
import { createRolledOut } from '../core/rollout/rolled-out.ts';
import type { MonotonicMs, WallMs } from '../core/time/instant.ts';
import { instantOf } from '../runtime/instant-of.ts';
import type { PendingState } from '../runtime/joining/pending-invitation.ts';
import type { NodeRuntime, RuntimeEvent } from '../runtime/node-runtime.ts';
import { createActivityLog } from './activity-log.ts';
import type { FleetModel, SessionModel, WatchModel } from './model.ts';
import { projectDevices } from './project-devices.ts';
import { projectMesh } from './project-mesh.ts';
import { projectPeople, projectRoot, standingRoles } from './project-people.ts';
import { projectReleases } from './project-releases.ts';
import { projectRollouts } from './project-rollouts.ts';
import { projectSites } from './project-sites.ts';
import { createReceiptHistory } from './receipt-history.ts';
import { createRefusalLog } from './refusal-log.ts';
import { readSiteSummaries } from './site-summaries.ts';
import { WATCHING_ALL } from './watch.ts';

const EMPTY: FleetModel = {
  session: { type: 'opening' },
  devices: [],
  releases: [],
  rollouts: [],
  people: [],
  root: { version: 0, threshold: 0, keys: [], forkedAt: undefined, quarantined: [] },
  mesh: { nodes: [], links: [], turnedAway: [] },
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

export interface FleetStore {
  readonly store: StoreApi<FleetModel>;
  setSession(session: SessionModel): void;
  /** Shows this runtime until the returned function is called. */
  follow(runtime: NodeRuntime, beside: BesideNode): () => void;
}

/** What the pages show that the node does not know. */
export interface BesideNode {
  readonly storage: () => StorageFacts;
  readonly watch: () => WatchModel;
  readonly invitation: () => PendingState | undefined;
}

export interface StorageFacts {
  readonly usage: { readonly usedBytes: number; readonly quotaBytes: number } | undefined;
  readonly persistent: boolean | undefined;
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
      const { node } = runtime;
      const history = createReceiptHistory();
      const activity = createActivityLog();
      const refusals = createRefusalLog();
      const rolledOut = createRolledOut(node.ledger);
      let cancelFlush: (() => void) | undefined;
      let cancelRefresh = () => {};

      const flush = () => {
        cancelFlush = undefined;
        cancelRefresh();
        cancelRefresh = clock.schedule(REFRESH_MS, flush);
        const now = instantOf(clock);
        const watch = beside.watch();
        const summaries = readSiteSummaries(node, now.monotonicMs);
        const devices = projectDevices(node, { history, summaries, watch }, now.monotonicMs);
        store.setState({
          session: projectSession(runtime, beside),
          devices,
          sites: projectSites(node, devices, summaries, watch),
          watch,
          releases: projectReleases(node, devices),
          rollouts: projectRollouts(node, devices, rolledOut()),
          people: projectPeople(node, now.wallMs),
          root: projectRoot(node),
          mesh: projectMesh(node, refusals.items(), now),
          ledgerRevision: node.ledger.entries().length,
          activity: activity.items(node),
        });
      };

      const onEvent = (event: RuntimeEvent) => {
        const atMs = clock.nowMs();
        if (event.type === 'statement-heard') {
          history.add(event.heard);
          activity.heard(event.heard, node);
        } else if (event.type === 'peer-refused' || event.type === 'link-refused')
          refusals.refused(event.peer, event.reason, atMs);
        else if (event.type === 'trouble')
          activity.noticed({
            atMs,
            severity: 'warning',
            actor: 'This browser',
            action: 'had trouble',
            target: '',
            detail: event.what,
          });
        else if (event.type === 'ledger-rebuilt')
          activity.noticed({
            atMs,
            severity: 'good',
            actor: 'This browser',
            action: 'rebuilt its ledger',
            target: '',
            detail: 'neighbours have sent again what its storage had lost',
          });
        cancelFlush ??= clock.schedule(FLUSH_MS, flush);
      };

      for (const heard of node.book.all()) {
        history.add(heard);
        activity.heard(heard, node);
      }
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

/** An entry that a beacon named is one, though nobody counted it. */
function lostEntries(node: Node): number {
  const shortfall = node.shortfall();
  return shortfall === undefined ? 0 : Math.max(1, shortfall.entries);
}

function projectSession(runtime: NodeRuntime, beside: BesideNode): SessionModel {
  const storage = beside.storage();
  const view = runtime.node.view();
  return {
    type: 'open',
    self: runtime.identity.id,
    fleet: runtime.node.ledger.fleet,
    fleetName: view.fleetName,
    roles: standingRoles(runtime.node, runtime.identity.id),
    signaling: runtime.rooms(),
    storage: storage.usage,
    storagePersistent: storage.persistent,
    lostEntries: lostEntries(runtime.node),
    invitation: beside.invitation(),
  };
}
