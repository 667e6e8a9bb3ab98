import type { ReleaseId, RolloutId } from '../../wire/encoding/ids.ts';
import type { HealthRule } from '../../wire/entry/release.ts';
import { DEFAULT_DEVICE_CONFIG, type DeviceConfig } from '../device-config.ts';
import type { DeviceEffect, DeviceInput, DeviceTimer, FrameFact, Wished } from '../input.ts';
import { createDeviceMachine } from '../life-cycle.ts';
import { type DeviceState, FRESH_DEVICE, type Subject } from '../state.ts';

export const CALL: HealthRule = { type: 'call', withinMs: 1000 };
export const QUIET: HealthRule = { type: 'quiet', forMs: 1000 };

export function subject(counter: number, health: HealthRule = CALL): Subject {
  return {
    release: `release-${counter}` as ReleaseId,
    product: 'menu',
    version: `${counter}.0`,
    counter,
    health,
  };
}

/**
 * A device with its disk and its clock: what is persisted survives `crash`, effects are recorded in order, and timers fire when `pass`
 * comes to them.
 */
export function aDevice(initial: DeviceState = FRESH_DEVICE, config: DeviceConfig = DEFAULT_DEVICE_CONFIG) {
  let disk = initial;
  let machine = createDeviceMachine(disk, config);
  let effects: DeviceEffect[] = [];
  let wished: Wished = { type: 'nothing' };
  let voided: readonly ReleaseId[] = [];
  let nowMs = 1_000_000;
  const timers = new Map<DeviceTimer, number>();
  let run = 0;

  const handle = (input: DeviceInput) => {
    const more = machine.handle(input, nowMs);
    for (const effect of more) {
      if (effect.type === 'persist-device') disk = effect.state;
      if (effect.type === 'schedule-timer') timers.set(effect.timer, nowMs + effect.delayMs);
      if (effect.type === 'cancel-timer') timers.delete(effect.timer);
      if (effect.type === 'run-release') run = effect.run;
    }
    effects = [...effects, ...more];
  };
  const wishes = (now: Wished) => {
    wished = now;
    handle({ type: 'wish-changed', wished, voided });
  };
  const fire = (timer: DeviceTimer) => {
    timers.delete(timer);
    handle({ type: 'timer-fired', timer });
  };

  return {
    /** Of the release that was started last, or of the run that is named. */
    tell: (fact: FrameFact, ofRun = run) => handle({ ...fact, run: ofRun }),
    run: () => run,
    wish: (rollout: string, release: Subject, nowVoided: readonly ReleaseId[] = []) => {
      voided = nowVoided;
      wishes({ type: 'release', rollout: rollout as RolloutId, subject: release });
    },
    wishBeyond: (rollout: string, release: Subject, lacking: readonly string[]) =>
      wishes({ type: 'not-understood', rollout: rollout as RolloutId, subject: release, lacking }),
    withdraw: () => wishes({ type: 'nothing' }),
    wished: () => wished,
    complete: (release: Subject) => handle({ type: 'bundle-complete', release: release.release }),
    failBundle: (release: Subject) =>
      handle({ type: 'bundle-failed', release: release.release, reason: 'no peers' }),
    /** Time goes by, and timers fire as they come due. */
    pass: (ms: number) => {
      const endMs = nowMs + ms;
      for (;;) {
        const [next] = [...timers].sort(([, a], [, b]) => a - b);
        if (next === undefined || next[1] > endMs) break;
        nowMs = Math.max(nowMs, next[1]);
        fire(next[0]);
      }
      nowMs = endMs;
    },
    /** The whole machine stands still: timers that came due meanwhile fire when it goes on. */
    standStill: (ms: number) => {
      nowMs += ms;
      for (const [timer, dueMs] of [...timers]) if (dueMs <= nowMs) fire(timer);
    },
    armed: (timer: DeviceTimer) => timers.has(timer),
    /** A timer fires before it is due, or though it was cancelled or never set. */
    stray: fire,
    /** Starts again from the disk; the ledger wishes what it did, or `meanwhile`. */
    crash: (meanwhile: Wished = wished) => {
      machine = createDeviceMachine(disk, config);
      effects = [];
      timers.clear();
      run = 0;
      wished = meanwhile;
      handle({ type: 'device-started', wished, voided });
    },
    state: () => machine.state(),
    disk: () => disk,
    /** What is on the screen by the last effect that changed it. */
    shows: () => {
      const last = effects.findLast(({ type }) => type === 'run-release' || type === 'stop-release');
      return last?.type === 'run-release' ? last.release : undefined;
    },
    started: () =>
      effects.flatMap((effect) => (effect.type === 'run-release' ? [effect.release as string] : [])),
    effects: () => effects,
    receipts: () =>
      effects.flatMap((effect) => (effect.type === 'publish-receipt' ? [effect.update.stage] : [])),
    warnings: () => effects.findLast((effect) => effect.type === 'publish-receipt')?.warnings,
  };
}

export type Device = ReturnType<typeof aDevice>;

/** The candidate on the screen shows that it is well. */
export function proveHealthy(device: Device): void {
  device.tell({ type: 'page-started', page: '/' });
  device.tell({ type: 'release-loaded' });
  device.tell({ type: 'release-healthy' });
  device.tell({ type: 'release-beat' });
}

export function aDeviceRunning(running: Subject): Device {
  const device = aDevice();
  device.wish('first', running);
  device.complete(running);
  proveHealthy(device);
  return device;
}

/** A device that runs release 1 and tries release 2 under `health`. */
export function aDeviceTrying(health: HealthRule): Device {
  const device = aDeviceRunning(subject(1));
  device.wish('second', subject(2, health));
  device.complete(subject(2, health));
  device.tell({ type: 'page-started', page: '/' });
  return device;
}

/** Beats once a second for so long. */
export function beat(device: Device, seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    device.pass(1_000);
    device.tell({ type: 'release-beat' });
  }
}
