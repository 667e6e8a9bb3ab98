import type { ReleaseId, RolloutId } from '../wire/ids.ts';
import { highestFloors, joinFloors } from './floors.ts';
import type { DeviceState, Subject, Update } from './state.ts';

/** What the ledger wishes of this device. */
export type Wished =
  /** The ledger lacks entries that it had: what it says of wishes may be old. */
  | { readonly type: 'unknown' }
  | { readonly type: 'nothing' }
  | { readonly type: 'release'; readonly rollout: RolloutId; readonly subject: Subject };

/** What happened at or around the device. */
export type DeviceInput =
  | {
      /** `device-started`: the device's program began, and all that `state` names is loaded. */
      readonly type: 'device-started' | 'wish-changed';
      readonly wished: Wished;
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
/** Chosen, and neither committed nor given up. */
type Underway = Trial | Extract<Update, { stage: 'announced' | 'fetching' | 'verified' | 'armed' }>;

function isUnderway(update: Update): update is Underway {
  switch (update.stage) {
    case 'announced':
    case 'fetching':
    case 'verified':
    case 'armed':
    case 'switching':
    case 'probation':
      return true;
    default:
      return false;
  }
}

/** The life of one device's releases (docs/protocol.md, D1 to D10). */
export function createDeviceMachine(initial: DeviceState): DeviceMachine {
  let state = initial;
  let effects: DeviceEffect[] = [];
  /** The update in `state` is being acted on. False at a start until its wish is known to stand: it may have gone meanwhile. */
  let followed = false;
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
  const candidate = (): Subject | undefined => (isUnderway(state.update) ? state.update.subject : undefined);

  const onWish = ({ wished, voided }: Extract<DeviceInput, { wished: Wished }>) => {
    const { update } = state;
    if (wished.type === 'unknown') return;
    if (wished.type === 'nothing') {
      if (isUnderway(update)) withdraw(update);
      return;
    }
    const isKnown = update.stage !== 'idle' && update.rollout === wished.rollout;
    if (!isKnown || update.stage === 'withdrawn') follow(wished, voided);
    else if (isUnderway(update) && !followed) takeUp({ ...update, subject: wished.subject });
  };

  const follow = (wished: Extract<Wished, { type: 'release' }>, voided: readonly ReleaseId[]) => {
    const { rollout, subject } = wished;
    const onTrial = endTrial();
    followed = true;
    if (state.running?.release === subject.release) {
      reach({ stage: 'committed', rollout, subject });
      keepNeeded();
      if (onTrial) resume();
      return;
    }
    const floors = highestFloors(state.floors, subject.product, voided);
    const floor = floors[0]?.counter;
    // Rollback attack: an old release that was properly signed once must not come back, whoever asks for it. The highest one may: a
    // device that lost its slots has no other way back to where it was.
    const isHighest = floors.some((known) => known.release === subject.release);
    if (floor !== undefined && subject.counter <= floor && !isHighest) {
      const reason = `release ${subject.version} has the counter ${subject.counter}, but this device has already run ${floor}: publish it again under a new counter`;
      reach({ stage: 'refused', rollout, subject, reason });
      keepNeeded();
    } else reach({ stage: 'announced', rollout, subject });
    if (onTrial) resume();
    if (state.update.stage === 'announced') beginFetch(state.update);
  };

  /** What is not committed holds only while its wish stands: whoever took it back must not see it installed. */
  const withdraw = ({ rollout, subject }: Underway) => {
    const onTrial = endTrial();
    reach({ stage: 'withdrawn', rollout, subject });
    keepNeeded();
    if (onTrial) resume();
  };

  /** Whether a candidate was on the screen; nothing judges it any more. */
  const endTrial = (): boolean => {
    const onTrial = followed && trial() !== undefined;
    if (onTrial) cancelTimers();
    return onTrial;
  };

  /** Goes on with an update that an earlier start of the device left. */
  const takeUp = (update: Underway) => {
    followed = true;
    if (update.stage !== 'switching' && update.stage !== 'probation') return beginFetch(update);
    emit({ type: 'hold-release', release: update.subject.release });
    beginTrial(update);
  };

  const beginFetch = (chosen: Underway) => {
    reach({ stage: 'fetching', rollout: chosen.rollout, subject: chosen.subject });
    keepNeeded();
    emit({ type: 'hold-release', release: chosen.subject.release });
  };

  const onComplete = (release: ReleaseId) => {
    const { update } = state;
    if (!followed || update.stage !== 'fetching' || update.subject.release !== release) return;
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

  const onStart = (input: Extract<DeviceInput, { wished: Wished }>) => {
    const { wished } = input;
    const tried = trial();
    keepNeeded();
    for (const slot of [state.running, state.fallback])
      if (slot) emit({ type: 'hold-release', release: slot.release });
    // A trial that goes on takes the place of the running release, whose start must not be counted as a bad one then.
    const goesOn = wished.type === 'release' && wished.rollout === tried?.rollout;
    if (!goesOn) bootRunning();
    onWish(input);
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
        onStart(input);
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
    if (!followed || !isUnderway(update) || update.subject.release !== release) return;
    if (update.stage === 'switching' || update.stage === 'probation') rollBack(update, reason);
    else reach({ stage: 'failed', rollout: update.rollout, subject: update.subject, reason });
    keepNeeded();
  };

  return { state: () => state, handle };
}
