import type { ReleaseId, RolloutId } from '../../wire/ids.ts';
import type { HealthRule } from '../../wire/release.ts';
import { createDeviceMachine, type DeviceEffect, type DeviceInput, type Wished } from '../life-cycle.ts';
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

type Facts = Exclude<DeviceInput, { wished: Wished }>;

/** A device with its disk: what is persisted survives `crash`, and effects are recorded in order. */
export function aDevice(initial: DeviceState = FRESH_DEVICE) {
  let disk = initial;
  let machine = createDeviceMachine(disk);
  let effects: DeviceEffect[] = [];
  let wished: Wished = { type: 'nothing' };
  let voided: readonly ReleaseId[] = [];

  const handle = (input: DeviceInput) => {
    const more = machine.handle(input);
    for (const effect of more) if (effect.type === 'persist-device') disk = effect.state;
    effects = [...effects, ...more];
  };
  const wishes = (now: Wished) => {
    wished = now;
    handle({ type: 'wish-changed', wished, voided });
  };

  return {
    tell: (input: Facts) => handle(input),
    wish: (rollout: string, release: Subject, nowVoided: readonly ReleaseId[] = []) => {
      voided = nowVoided;
      wishes({ type: 'release', rollout: rollout as RolloutId, subject: release });
    },
    withdraw: () => wishes({ type: 'nothing' }),
    wished: () => wished,
    complete: (release: Subject) => handle({ type: 'bundle-complete', release: release.release }),
    /** Starts again from the disk; the ledger wishes what it did, or `meanwhile`. */
    crash: (meanwhile: Wished = wished) => {
      machine = createDeviceMachine(disk);
      effects = [];
      wished = meanwhile;
      handle({ type: 'device-started', wished, voided });
    },
    state: () => machine.state(),
    disk: () => disk,
    lastRun: () =>
      effects.findLast((effect) => effect.type === 'run-release' || effect.type === 'stop-release'),
    effects: () => effects,
    receipts: () =>
      effects.flatMap((effect) => (effect.type === 'publish-receipt' ? [effect.update.stage] : [])),
  };
}

export function aDeviceRunning(running: Subject) {
  const device = aDevice();
  device.wish('first', running);
  device.complete(running);
  device.tell({ type: 'release-healthy' });
  return device;
}
