import { isUnderway } from '../../src/core/device/state.ts';
import { markRollout } from '../figures/rollout.ts';
import { type DeviceFleet, deviceFleet } from './device-fleet.ts';
import { CALL, LIMIT_MS, RELEASE_BYTES } from './rollout.ts';
import { rowOf, safetyAims, settledAims } from './rollout-aims.ts';
import { outcomeOf, type Scenario } from './scenario.ts';

function underway({ devices, stateOf }: DeviceFleet): number {
  return devices.filter((device) => isUnderway(stateOf(device)?.update ?? { stage: 'idle' })).length;
}

/** Long enough for every device that would go on to have done so. */
const AFTER_MS = 60_000;

export const rolloutWithdrawn: Scenario = {
  description: 'A second release of 2 MiB is withdrawn when half of the devices have committed it',
  run: (options) => {
    const subject = deviceFleet(options);
    const { simulation } = subject.fleet;
    const publish = () => subject.publish({ sizeBytes: RELEASE_BYTES, conduct: 'healthy', health: CALL });
    const first = publish();
    const started = subject.rollOut(first);
    const figures = markRollout(subject, started, 'committed')(LIMIT_MS);

    const second = publish();
    const withdrawn = subject.rollOut(second);
    const running = (release: typeof second.release) =>
      subject.devices.filter((device) => subject.stateOf(device)?.running?.release === release).length;
    subject.until(() => running(second.release) >= subject.devices.length / 2, LIMIT_MS);
    subject.withdraw(withdrawn);
    const committedBefore = running(second.release);
    simulation.runUntil(simulation.nowMs + AFTER_MS);
    const committed = running(second.release);
    const stayed = running(first.release);
    return outcomeOf(
      subject.fleet,
      [
        rowOf('first', figures),
        {
          phase: 'withdrawn',
          committedWhenWithdrawn: committedBefore,
          committedInTheEnd: committed,
          onTheFirst: stayed,
          underwayInTheEnd: underway(subject),
        },
      ],
      [
        ...settledAims(subject, [{ name: 'first', figures }]),
        {
          name: 'on neither release',
          value: subject.devices.length - committed - stayed,
          unit: 'devices',
          aim: 0,
          direction: 'atMost',
        },
        { name: 'still under way', value: underway(subject), unit: 'devices', aim: 0, direction: 'atMost' },
        { name: 'stopped by the withdrawal', value: stayed, unit: 'devices', aim: 1, direction: 'atLeast' },
        ...safetyAims(subject),
      ],
    );
  },
};
