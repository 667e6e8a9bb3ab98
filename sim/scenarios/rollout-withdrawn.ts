import { isUnderway } from '../../src/core/device/state.ts';
import type { ReleaseId } from '../../src/core/wire/encoding/ids.ts';
import { markRollout } from '../figures/rollout.ts';
import { type DeviceFleet, deviceFleet } from './device-fleet.ts';
import { CALL, LIMIT_MS, RELEASE_BYTES } from './rollout.ts';
import { rowOf, safetyAims, settledAims } from './rollout-aims.ts';
import { outcomeOf, type Scenario } from './scenario.ts';

/** Long enough for every device that would go on to have done so. */
const AFTER_MS = 60_000;

export const rolloutWithdrawn: Scenario = {
  description:
    'The first release, of 2 MiB, and the third are withdrawn when half of the devices have committed them; the second is not',
  run: (options) => {
    const subject = deviceFleet(options);
    const first = withdrawHalfWay(subject, 'first withdrawn', undefined);
    const { release, figures } = rollOutToAll(subject);
    const third = withdrawHalfWay(subject, 'third withdrawn', release);
    return outcomeOf(
      subject.fleet,
      [first.row, rowOf('second', figures), third.row],
      [
        ...settledAims(subject, [{ name: 'second', figures }]),
        ...[first, third].flatMap(({ aims }) => aims),
        ...safetyAims(subject),
      ],
    );
  },
};

function rollOutToAll(subject: DeviceFleet) {
  const published = subject.publish({ sizeBytes: RELEASE_BYTES, conduct: 'healthy', health: CALL });
  const started = subject.rollOut(published);
  return { release: published.release, figures: markRollout(subject, started, 'committed')(LIMIT_MS) };
}

/** `before`: what all run until then. */
function withdrawHalfWay(subject: DeviceFleet, phase: string, before: ReleaseId | undefined) {
  const { devices, stateOf } = subject;
  const { simulation } = subject.fleet;
  const published = subject.publish({ sizeBytes: RELEASE_BYTES, conduct: 'healthy', health: CALL });
  const withdrawn = subject.rollOut(published);
  const running = (release: ReleaseId | undefined) =>
    devices.filter((device) => stateOf(device)?.running?.release === release).length;
  subject.until(() => running(published.release) >= devices.length / 2, LIMIT_MS);
  subject.withdraw(withdrawn);
  const committedWhenWithdrawn = running(published.release);
  simulation.runUntil(simulation.nowMs + AFTER_MS);
  const committed = running(published.release);
  const stayed = running(before);
  const underway = devices.filter((device) =>
    isUnderway(stateOf(device)?.update ?? { stage: 'idle' }),
  ).length;
  return {
    row: { phase, committedWhenWithdrawn, committedInTheEnd: committed, stayed, underway },
    aims: [
      {
        name: `on neither release, ${phase}`,
        value: devices.length - committed - stayed,
        unit: 'devices',
        aim: 0,
        direction: 'atMost' as const,
      },
      {
        name: `still under way, ${phase}`,
        value: underway,
        unit: 'devices',
        aim: 0,
        direction: 'atMost' as const,
      },
      { name: `stopped, ${phase}`, value: stayed, unit: 'devices', aim: 1, direction: 'atLeast' as const },
    ],
  };
}
