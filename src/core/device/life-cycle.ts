import type { MonotonicMs } from '../time/instant.ts';
import type { ReleaseId } from '../wire/encoding/ids.ts';
import { NO_WARNINGS, type ReleaseWarnings } from '../wire/statement/release-warnings.ts';
import { DEFAULT_DEVICE_CONFIG, type DeviceConfig } from './device-config.ts';
import { highestFloors, joinFloors } from './floors.ts';
import type { Chosen, DeviceEffect, DeviceInput, DeviceTimer, FrameFact, Wished } from './input.ts';
import { type DeviceState, isUnderway, type OnTrial, type Underway } from './state.ts';
import { createTimeWindow } from './time-window.ts';
import { beginTrial, type Trial, type Verdict } from './trial.ts';

export interface DeviceMachine {
  state(): DeviceState;
  /** Mutates the machine and returns what must be done, in order. */
  handle(input: DeviceInput, nowMs: MonotonicMs): readonly DeviceEffect[];
}

/** The life of one device's releases (docs/protocol.md, D1 to D13). */
export function createDeviceMachine(
  initial: DeviceState,
  config: DeviceConfig = DEFAULT_DEVICE_CONFIG,
): DeviceMachine {
  const { maxStarts, silenceMs, startSilenceMs, settledMs, steadyMs, restartMs } = config;
  let state = initial;
  let effects: DeviceEffect[] = [];
  let now: MonotonicMs = 0;
  /** The update in `state` is being acted on. False at a start until its wish is known to stand: it may have gone meanwhile. */
  let followed = false;
  let runs = 0;
  /** What is on the screen; undefined while nothing runs. */
  let shown: { readonly run: number; readonly trial: Trial | undefined; loaded: boolean } | undefined;
  /** The start of the running release stands in `badStarts` until it has settled. */
  let charged = false;

  const emit = (...more: DeviceEffect[]) => void effects.push(...more);
  const silence = createTimeWindow('silence', emit);
  const verdict = createTimeWindow('verdict', emit);

  const persist = (change: Partial<DeviceState>) => {
    state = { ...state, ...change };
    emit({ type: 'persist-device', state });
  };
  const reach = (
    update: Chosen,
    change: Partial<DeviceState> = {},
    warnings: ReleaseWarnings = NO_WARNINGS,
  ) => {
    persist({ ...change, update });
    emit({ type: 'publish-receipt', update, warnings });
  };

  const keepNeeded = () => {
    const candidate = isUnderway(state.update) ? state.update.subject : undefined;
    const needed = [state.running, state.fallback, candidate].flatMap((slot) => slot?.release ?? []);
    emit({ type: 'keep-releases', releases: [...new Set(needed)] });
  };

  // What is on the screen.

  /** No release runs without a watch: its page has to send beats from now on. */
  const show = (release: ReleaseId, trial: Trial | undefined) => {
    runs += 1;
    shown = { run: runs, trial, loaded: false };
    endSlotTimers();
    if (trial === undefined) verdict.close();
    silence.open(startSilenceMs, now);
    emit({ type: 'run-release', release, run: runs });
  };

  const showNothing = () => {
    endRun();
    emit({ type: 'stop-release' });
  };

  const endRun = () => {
    shown = undefined;
    endSlotTimers();
    silence.close();
    verdict.close();
  };

  const endSlotTimers = () => {
    for (const timer of ['settled', 'steady', 'restart'] as const) emit({ type: 'cancel-timer', timer });
  };

  /** Runs what the device ran before; with nothing to run the shell itself, version 0, shows. */
  const resume = () => {
    if (state.running === undefined) showNothing();
    else show(state.running.release, undefined);
  };

  // Following a wish.

  const onWish = ({ wished, voided }: Extract<DeviceInput, { wished: Wished }>) => {
    const { update } = state;
    if (wished.type === 'unknown') return;
    if (wished.type === 'nothing') {
      if (isUnderway(update)) withdraw(update);
      return;
    }
    const isKnown = update.stage !== 'idle' && update.rollout === wished.rollout;
    // A device that was given a later version in the meantime may take what it had to refuse.
    const isOpen = update.stage === 'withdrawn' || (update.stage === 'refused' && !followed);
    if (wished.type === 'not-understood') {
      if (!isKnown || isUnderway(update) || isOpen) turnDown(wished, lackingWords(wished.lacking));
    } else if (!isKnown || isOpen) follow(wished, voided);
    else if (isUnderway(update) && !followed) takeUp({ ...update, subject: wished.subject });
  };

  const follow = (wished: Extract<Wished, { type: 'release' }>, voided: readonly ReleaseId[]) => {
    const { rollout, subject } = wished;
    const onTrial = shown?.trial !== undefined;
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
      const reason = `${subject.version} is release ${subject.counter} of ${subject.product}, and this device has already run ${floor}: it takes only higher numbers. Roll it out again, and its files are published under the next one`;
      turnDown(wished, reason);
      return;
    }
    reach({ stage: 'announced', rollout, subject });
    if (onTrial) resume();
    beginFetch({ stage: 'announced', rollout, subject });
  };

  /** Goes on with what runs. A candidate of an earlier rollout goes too: nobody wishes it any more. */
  const turnDown = ({ rollout, subject }: Pick<Chosen, 'rollout' | 'subject'>, reason: string) => {
    const { update } = state;
    const onTrial = shown?.trial !== undefined;
    followed = true;
    if (update.stage === 'refused' && update.rollout === rollout && update.reason === reason) return;
    reach({ stage: 'refused', rollout, subject, reason });
    keepNeeded();
    if (onTrial) resume();
  };

  /** What is not committed holds only while its wish stands: whoever took it back must not see it installed. */
  const withdraw = ({ rollout, subject }: Underway) => {
    const onTrial = shown?.trial !== undefined;
    reach({ stage: 'withdrawn', rollout, subject });
    keepNeeded();
    if (onTrial) resume();
  };

  /** Goes on with an update that an earlier start of the device left. */
  const takeUp = (update: Underway) => {
    followed = true;
    if (update.stage !== 'switching' && update.stage !== 'probation') return beginFetch(update);
    emit({ type: 'hold-release', release: update.subject.release });
    tryCandidate(update);
  };

  const beginFetch = ({ rollout, subject }: Underway) => {
    reach({ stage: 'fetching', rollout, subject });
    keepNeeded();
    emit({ type: 'hold-release', release: subject.release });
  };

  const onComplete = (release: ReleaseId) => {
    const { update } = state;
    if (!followed || update.stage !== 'fetching' || update.subject.release !== release) return;
    const { rollout, subject } = update;
    reach({ stage: 'verified', rollout, subject });
    reach({ stage: 'armed', rollout, subject });
    tryCandidate({ stage: 'switching', rollout, subject, starts: 0 });
  };

  const onBundleFailed = (release: ReleaseId, reason: string) => {
    const { update } = state;
    if (!followed || !isUnderway(update) || update.subject.release !== release) return;
    if (update.stage === 'switching' || update.stage === 'probation') rollBack(update, reason);
    else reach({ stage: 'failed', rollout: update.rollout, subject: update.subject, reason });
    keepNeeded();
  };

  // Trials.

  const tryCandidate = (update: OnTrial) => {
    const { rollout, subject } = update;
    if (update.starts >= maxStarts) {
      rollBack(update, `it did not come through its trial in ${maxStarts} starts`);
      return;
    }
    const starts = update.starts + 1;
    reach({ stage: 'switching', rollout, subject, starts }, settledStart());
    reach({ stage: 'probation', rollout, subject, starts });
    show(subject.release, beginTrial(subject.health, verdict, now, config.paintMs));
  };

  const onVerdict = (found: Verdict | undefined) => {
    const { update } = state;
    if (found === undefined || (update.stage !== 'probation' && update.stage !== 'switching')) return;
    if (found.type === 'healthy') commit(update);
    else rollBack(update, found.reason);
  };

  /** What runs goes on to run, and to be watched. */
  const commit = ({ rollout, subject }: OnTrial) => {
    const warnings = shown?.trial?.warnings();
    verdict.close();
    if (shown !== undefined) shown = { ...shown, trial: undefined };
    const floor = { counter: subject.counter, release: subject.release };
    const change = {
      running: subject,
      fallback: state.running,
      floors: joinFloors(state.floors, { [subject.product]: [floor] }),
      badStarts: 0,
    };
    reach({ stage: 'committed', rollout, subject }, change, warnings);
    keepNeeded();
  };

  const rollBack = ({ rollout, subject }: OnTrial, reason: string) => {
    reach({ stage: 'rolled-back', rollout, subject, reason }, {}, shown?.trial?.warnings());
    keepNeeded();
    resume();
  };

  // The running release.

  const onStart = (input: Extract<DeviceInput, { wished: Wished }>) => {
    const { update } = state;
    const { wished } = input;
    keepNeeded();
    for (const slot of [state.running, state.fallback])
      if (slot) emit({ type: 'hold-release', release: slot.release });
    // A trial that goes on takes the place of the running release, whose start must not be counted as a bad one then.
    const isTrial = update.stage === 'switching' || update.stage === 'probation';
    if (!isTrial || wished.type !== 'release' || wished.rollout !== update.rollout) bootRunning();
    onWish(input);
  };

  /** After three bad starts the fallback takes over, and after three of its own the shell stays in front. */
  const bootRunning = () => {
    if (state.running === undefined) return;
    if (state.badStarts >= maxStarts) abandonRunning();
    if (state.running === undefined) {
      showNothing();
      return;
    }
    persist({ badStarts: state.badStarts + 1 });
    charged = true;
    show(state.running.release, undefined);
  };

  const abandonRunning = () => {
    const { update, running, fallback } = state;
    const slots = { running: fallback, fallback: undefined, badStarts: 0 };
    if (update.stage === 'committed' && update.subject.release === running?.release)
      reach({ ...update, stage: 'rolled-back', reason: `it started badly ${maxStarts} times` }, slots);
    else persist(slots);
  };

  /** This start is no bad one. */
  const settledStart = (): Partial<DeviceState> => {
    if (!charged) return {};
    charged = false;
    return { badStarts: Math.max(0, state.badStarts - 1) };
  };

  const onRunningHung = () => {
    if (!charged) persist({ badStarts: state.badStarts + 1 });
    charged = false;
    bootRunning();
  };

  // What is heard.

  const onFrameFact = (fact: FrameFact & { readonly run: number }) => {
    if (shown === undefined || fact.run !== shown.run) return;
    if (fact.type === 'frame-reloads') return onReload();
    if (fact.type === 'app-origin-failed') persist(settledStart());
    if (fact.type === 'app-origin-failed' || fact.type === 'frame-failed') return onFrameFailed(fact.reason);
    if (fact.type === 'page-started') shown.loaded = false;
    if (fact.type === 'release-loaded') onLoaded();
    if (fact.type === 'page-started' || fact.type === 'release-loaded' || fact.type === 'release-beat')
      silence.open(shown.loaded ? silenceMs : startSilenceMs, now);
    onVerdict(shown.trial?.onFact(fact, now));
  };

  const onLoaded = () => {
    if (shown === undefined || shown.loaded) return;
    shown.loaded = true;
    if (shown.trial !== undefined) return;
    emit(
      { type: 'schedule-timer', timer: 'settled', delayMs: settledMs },
      { type: 'schedule-timer', timer: 'steady', delayMs: steadyMs },
    );
  };

  /** This start counts as none. Should the device not start again after all, the watch that is armed finds out. */
  const onReload = () => {
    const { update } = state;
    if (shown?.trial === undefined) persist(settledStart());
    else if (update.stage === 'probation' || update.stage === 'switching')
      persist({ update: { ...update, starts: Math.max(0, update.starts - 1) } });
  };

  const onFrameFailed = (reason: string) => {
    const onTrial = shown?.trial !== undefined;
    endRun();
    if (onTrial) onVerdict({ type: 'unwell', reason });
    else if (state.running !== undefined)
      emit({ type: 'schedule-timer', timer: 'restart', delayMs: restartMs });
  };

  const onTimer = (timer: DeviceTimer) => {
    switch (timer) {
      case 'verdict':
        return onVerdict(shown?.trial?.onTime(now));
      case 'silence':
        return onSilence();
      case 'settled': {
        const change = settledStart();
        return change.badStarts === undefined ? undefined : persist(change);
      }
      case 'steady':
        return state.badStarts > 0 ? persist({ badStarts: 0 }) : undefined;
      case 'restart':
        return shown === undefined ? bootRunning() : undefined;
    }
  };

  const onSilence = () => {
    if (shown === undefined || !silence.isOver(now)) return;
    const seconds = (shown.loaded ? silenceMs : startSilenceMs) / 1000;
    if (shown.trial !== undefined)
      onVerdict({ type: 'unwell', reason: `its page stopped responding for ${seconds} s` });
    else onRunningHung();
  };

  const handle = (input: DeviceInput, nowMs: MonotonicMs): readonly DeviceEffect[] => {
    effects = [];
    now = nowMs;
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
      case 'timer-fired':
        onTimer(input.timer);
        break;
      default:
        onFrameFact(input);
    }
    return effects;
  };

  return { state: () => state, handle };
}

function lackingWords(lacking: readonly string[]): string {
  return `it asks for ${lacking.map((name) => `"${name}"`).join(', ')}, which this version of Fieldfare does not know: update the page that this device runs`;
}
