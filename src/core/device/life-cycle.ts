import type { Wish } from '../rollout/wish.ts';
import type { ReleaseId } from '../wire/ids.ts';
import { highestFloors, joinFloors } from './floors.ts';
import type { DeviceState, Subject, Update } from './state.ts';

/** What happened at or around the device. */
export type DeviceInput =
  /** The device's program started, and all that `state` names is loaded. */
  | { readonly type: 'device-started' }
  /** The ledger's wish for this device, with the subject that it names; undefined when it wishes nothing. */
  | {
      readonly type: 'wish-changed';
      readonly wish: Wish | undefined;
      readonly subject: Subject | undefined;
      /** Committed releases that do not count any more. */
      readonly voided: readonly ReleaseId[];
    }
  | { readonly type: 'bundle-complete'; readonly release: ReleaseId }
  | { readonly type: 'bundle-failed'; readonly release: ReleaseId; readonly reason: string }
  | { readonly type: 'release-loaded' }
  | { readonly type: 'release-painted' }
  | { readonly type: 'release-healthy' }
  | { readonly type: 'release-beat' }
  | { readonly type: 'release-error'; readonly message: string }
  | { readonly type: 'frame-failed'; readonly reason: string }
  | { readonly type: 'timer-fired'; readonly timer: DeviceTimer };

/** `verdict`: the candidate's time to show health is up. `silence`: no beat came for too long. `settled`: a start went well. */
export type DeviceTimer = 'verdict' | 'silence' | 'settled' | 'restart';

export type DeviceEffect =
  /** Must be kept before any later effect of the same list is carried out. */
  | { readonly type: 'persist-device'; readonly state: DeviceState }
  | { readonly type: 'hold-release'; readonly release: ReleaseId }
  /** Of all releases only these are still needed. */
  | { readonly type: 'keep-releases'; readonly releases: readonly ReleaseId[] }
  | { readonly type: 'run-release'; readonly release: ReleaseId }
  | { readonly type: 'stop-release' }
  | { readonly type: 'schedule-timer'; readonly timer: DeviceTimer; readonly delayMs: number }
  | { readonly type: 'cancel-timer'; readonly timer: DeviceTimer }
  /** Tell the fleet the stage that the update reached. */
  | { readonly type: 'publish-receipt'; readonly update: Chosen };

export interface DeviceMachine {
  state(): DeviceState;
  /** Mutates the machine and returns what must be done, in order. */
  handle(input: DeviceInput): readonly DeviceEffect[];
}

/** hawkBit and Mender retry a crashing start; three is the count of bad boots after which the design gives up on a release. */
export const MAX_STARTS = 3;
/** A guess: beats come each second; a page busy for less than this is not dead. Shorter finds hangs sooner and forgives less. */
const SILENCE_MS = 10_000;
/** A guess: a release under the `quiet` rule that has not painted by then is not going to. */
const PAINT_MS = 30_000;
/** A guess: a running release that goes on for this long after it loaded is well, and its bad starts are forgotten. */
const SETTLED_MS = 3_000;
/** A guess: pause before a running release whose frame failed is started again. */
const RESTART_MS = 5_000;

type Trial = Extract<Update, { stage: 'switching' | 'probation' }>;
type Chosen = Extract<Update, { subject: Subject }>;

/** The life of one device's releases (docs/protocol.md, D1 to D9). */
export function createDeviceMachine(initial: DeviceState): DeviceMachine {
  let state = initial;
  let effects: DeviceEffect[] = [];
  /** What the release that is being tried has shown so far in this start. */
  let shown = { loaded: false, painted: false, judged: false };

  const emit = (...more: DeviceEffect[]) => effects.push(...more);
  const persist = (change: Partial<DeviceState>) => {
    state = { ...state, ...change };
    emit({ type: 'persist-device', state });
  };
  const reach = (update: Chosen, change: Partial<DeviceState> = {}) => {
    persist({ ...change, update });
    emit({ type: 'publish-receipt', update });
  };

  const keepNeeded = () => {
    const needed = [state.running?.release, state.fallback?.release, candidate()?.release];
    emit({ type: 'keep-releases', releases: [...new Set(needed.filter((id) => id !== undefined))] });
  };
  const candidate = (): Subject | undefined => {
    const { update } = state;
    switch (update.stage) {
      case 'announced':
      case 'fetching':
      case 'verified':
      case 'armed':
      case 'switching':
      case 'probation':
        return update.subject;
      default:
        return undefined;
    }
  };

  const onWish = ({ wish, subject, voided }: Extract<DeviceInput, { type: 'wish-changed' }>) => {
    const { update } = state;
    if (wish === undefined || subject === undefined) return;
    if (update.stage !== 'idle' && update.rollout === wish.rollout) return;
    const trying = update.stage === 'switching' || update.stage === 'probation';
    if (trying) cancelTimers();
    const next = { rollout: wish.rollout, subject };
    if (state.running?.release === subject.release && !trying) {
      reach({ stage: 'committed', ...next });
      return;
    }
    const floors = highestFloors(state.floors, subject.product, voided);
    const floor = floors[0]?.counter;
    // Rollback attack: an old release that was properly signed once must not come back, whoever asks for it. The highest one may: a
    // device that lost its slots has no other way back to where it was.
    const isHighest = [state.running, ...floors].some((known) => known?.release === subject.release);
    if (floor !== undefined && subject.counter <= floor && !isHighest) {
      reach({
        stage: 'refused',
        ...next,
        reason: `release ${subject.version} has the counter ${subject.counter}, but this device has already run ${floor}: publish it again under a new counter`,
      });
      if (trying) resume();
      return;
    }
    reach({ stage: 'announced', ...next });
    if (trying) resume();
    beginFetch({ stage: 'announced', ...next });
  };

  const beginFetch = (chosen: Chosen) => {
    reach({ stage: 'fetching', rollout: chosen.rollout, subject: chosen.subject });
    keepNeeded();
    emit({ type: 'hold-release', release: chosen.subject.release });
  };

  const onComplete = (release: ReleaseId) => {
    const { update } = state;
    if ((update.stage !== 'fetching' && update.stage !== 'announced') || update.subject.release !== release)
      return;
    const { rollout, subject } = update;
    reach({ stage: 'verified', rollout, subject });
    reach({ stage: 'armed', rollout, subject });
    beginTrial({ stage: 'switching', rollout, subject, starts: 0 });
  };

  const beginTrial = (trial: Trial) => {
    const { rollout, subject, starts } = trial;
    if (starts >= MAX_STARTS) {
      rollBack(trial, `it did not come through its trial in ${MAX_STARTS} starts`);
      return;
    }
    shown = { loaded: false, painted: false, judged: false };
    reach({ stage: 'switching', rollout, subject, starts: starts + 1 });
    cancelTimers();
    reach({ stage: 'probation', rollout, subject, starts: starts + 1 });
    emit(
      {
        type: 'schedule-timer',
        timer: 'verdict',
        delayMs: subject.health.type === 'call' ? subject.health.withinMs : PAINT_MS,
      },
      { type: 'schedule-timer', timer: 'silence', delayMs: Math.max(SILENCE_MS, PAINT_MS) },
      { type: 'run-release', release: subject.release },
    );
  };

  const commit = ({ rollout, subject }: Trial) => {
    const { running } = state;
    cancelTimers();
    reach(
      { stage: 'committed', rollout, subject },
      {
        running: subject,
        fallback: running?.release === subject.release ? state.fallback : running,
        floors: joinFloors(state.floors, {
          [subject.product]: [{ counter: subject.counter, release: subject.release }],
        }),
        badStarts: 0,
      },
    );
    keepNeeded();
  };

  const rollBack = ({ rollout, subject }: Trial, reason: string) => {
    cancelTimers();
    reach({ stage: 'rolled-back', rollout, subject, reason });
    keepNeeded();
    resume();
  };

  const cancelTimers = () => {
    for (const timer of ['verdict', 'silence', 'settled', 'restart'] as const)
      emit({ type: 'cancel-timer', timer });
  };

  /** Runs what the device ran before; with nothing to run the shell itself, version 0, shows. */
  const resume = () => {
    const { running } = state;
    if (running === undefined) {
      emit({ type: 'stop-release' });
      return;
    }
    emit({ type: 'run-release', release: running.release });
  };

  const onStart = () => {
    const { update } = state;
    keepNeeded();
    for (const slot of [state.running, state.fallback])
      if (slot) emit({ type: 'hold-release', release: slot.release });
    if (update.stage === 'switching' || update.stage === 'probation') {
      emit({ type: 'hold-release', release: update.subject.release });
      beginTrial(update);
      return;
    }
    bootRunning();
    if (
      update.stage === 'announced' ||
      update.stage === 'fetching' ||
      update.stage === 'verified' ||
      update.stage === 'armed'
    )
      beginFetch(update);
  };

  /** After three bad starts the fallback takes over, and after three of its own the shell stays in front. */
  const bootRunning = () => {
    if (state.running === undefined) return;
    if (state.badStarts >= MAX_STARTS) abandonRunning();
    if (state.running === undefined) {
      emit({ type: 'stop-release' });
      return;
    }
    persist({ badStarts: state.badStarts + 1 });
    resume();
  };

  const abandonRunning = () => {
    const { update, running, fallback } = state;
    const slots = { running: fallback, fallback: undefined, badStarts: 0 };
    if (update.stage === 'committed' && update.subject.release === running?.release)
      reach({ ...update, stage: 'rolled-back', reason: `it started badly ${MAX_STARTS} times` }, slots);
    else persist(slots);
  };

  const trial = (): Trial | undefined =>
    state.update.stage === 'probation' || state.update.stage === 'switching' ? state.update : undefined;

  const onShown = () => {
    const current = trial();
    if (current?.subject.health.type !== 'quiet' || !shown.loaded || !shown.painted || shown.judged) return;
    shown.judged = true;
    emit({ type: 'schedule-timer', timer: 'verdict', delayMs: current.subject.health.forMs });
  };

  const onVerdict = () => {
    const current = trial();
    if (current === undefined) return;
    const { health } = current.subject;
    if (health.type === 'call')
      rollBack(current, `it did not call healthy() within ${health.withinMs / 1000} s`);
    else if (shown.loaded && shown.painted) commit(current);
    else rollBack(current, `it did not ${shown.loaded ? 'paint' : 'load'} within ${PAINT_MS / 1000} s`);
  };

  const onTimer = (timer: DeviceTimer) => {
    const current = trial();
    if (timer === 'verdict') onVerdict();
    else if (timer === 'settled') persist({ badStarts: 0 });
    else if (timer === 'restart') bootRunning();
    else if (current !== undefined)
      rollBack(current, `its page stopped responding for ${SILENCE_MS / 1000} s`);
    else bootRunning();
  };

  const onFrameFailed = (reason: string) => {
    const current = trial();
    if (current !== undefined) rollBack(current, reason);
    else if (state.running !== undefined)
      emit({ type: 'schedule-timer', timer: 'restart', delayMs: RESTART_MS });
  };

  const handle = (input: DeviceInput): readonly DeviceEffect[] => {
    effects = [];
    const current = trial();
    switch (input.type) {
      case 'device-started':
        onStart();
        break;
      case 'wish-changed':
        onWish(input);
        break;
      case 'bundle-complete':
        onComplete(input.release);
        break;
      case 'bundle-failed':
        onBundleFailed(input.release, input.reason);
        break;
      case 'release-loaded':
        shown.loaded = true;
        if (current === undefined) emit({ type: 'schedule-timer', timer: 'settled', delayMs: SETTLED_MS });
        else onShown();
        break;
      case 'release-painted':
        shown.painted = true;
        onShown();
        break;
      case 'release-healthy':
        if (current?.subject.health.type === 'call') commit(current);
        break;
      case 'release-beat':
        emit({ type: 'schedule-timer', timer: 'silence', delayMs: SILENCE_MS });
        break;
      case 'release-error':
        if (current !== undefined) rollBack(current, `it threw an error: ${input.message}`);
        break;
      case 'frame-failed':
        onFrameFailed(input.reason);
        break;
      case 'timer-fired':
        onTimer(input.timer);
        break;
    }
    return effects;
  };

  const onBundleFailed = (release: ReleaseId, reason: string) => {
    const { update } = state;
    if (candidate()?.release !== release || update.stage === 'idle') return;
    if (update.stage === 'switching' || update.stage === 'probation') rollBack(update, reason);
    else reach({ stage: 'failed', rollout: update.rollout, subject: (update as Chosen).subject, reason });
    keepNeeded();
  };

  return { state: () => state, handle };
}
