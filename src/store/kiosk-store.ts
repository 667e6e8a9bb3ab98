import { createStore, type StoreApi } from 'zustand/vanilla';
import { stripOf } from '../core/config/strip.ts';
import type { Instant } from '../core/time/instant.ts';
import type { PendingState } from '../runtime/joining/pending-invitation.ts';
import type { NodeRuntime } from '../runtime/node-runtime.ts';
import type { KioskModel } from './kiosk-model.ts';

const FLUSH_MS = 250;

export interface KioskStore {
  readonly store: StoreApi<KioskModel>;
  set(model: KioskModel): void;
  /** Shows this runtime until the returned function is called, with what it has not taken up. */
  follow(runtime: NodeRuntime, invitation: () => PendingState | undefined): () => void;
  /** What is followed beside the runtime may have changed. */
  refresh(): void;
}

export function createKioskStore(clock: {
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  schedule(delayMs: number, run: () => void): () => void;
}): KioskStore {
  const store = createStore<KioskModel>(() => ({ type: 'opening' }));
  const set = (model: KioskModel) => store.setState(model, true);
  let refresh = () => {};
  return {
    store,
    set,
    refresh: () => refresh(),
    follow: (runtime, invitation) => {
      let cancel: (() => void) | undefined;
      const flush = () => {
        cancel = undefined;
        set(projectKiosk(runtime, invitation(), { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }));
      };
      refresh = () => {
        cancel ??= clock.schedule(FLUSH_MS, flush);
      };
      flush();
      const stop = runtime.subscribe(refresh);
      return () => {
        stop();
        cancel?.();
      };
    },
  };
}

function projectKiosk(
  { node, rooms }: NodeRuntime,
  invitation: PendingState | undefined,
  now: Instant,
): KioskModel {
  const waitsUntilMs = node.hold?.waitsUntilMs();
  const view = node.view();
  const state = node.device();
  const update = state?.update ?? { stage: 'idle' as const };
  const subject = update.stage === 'idle' ? undefined : update.subject;
  const infoHash = subject && view.releases.get(subject.release)?.manifest.infoHash;
  const progress = infoHash && node.progress.get(infoHash);
  const admission = view.devices.get(node.self)?.body;
  const shortfall = node.shortfall();
  const states = rooms().map((room) => room.state);
  return {
    type: 'joined',
    fleetName: view.fleetName || undefined,
    deviceName: admission?.name,
    site: admission?.site,
    admitted: admission !== undefined,
    invitation,
    links: node.links.size,
    signaling: states.includes('joined') ? 'joined' : states.includes('dialing') ? 'dialing' : 'lost',
    strip: stripOf(view, admission),
    stage: update.stage,
    running: state?.running && { product: state.running.product, version: state.running.version },
    target: subject && { version: subject.version },
    progress:
      update.stage === 'fetching' && progress
        ? { bytesHere: progress.bytesHere, sizeBytes: progress.sizeBytes }
        : undefined,
    reason: 'reason' in update ? update.reason : '',
    heldUntilMs: waitsUntilMs === undefined ? undefined : now.wallMs + waitsUntilMs - now.monotonicMs,
    lostEntries: shortfall === undefined ? 0 : Math.max(1, shortfall.entries),
    heldBack: shortfall?.beacon !== undefined,
  };
}
