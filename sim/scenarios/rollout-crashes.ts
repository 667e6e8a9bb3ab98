import type { Random } from '../engine/random.ts';
import { markRollout } from '../figures/rollout.ts';
import type { NodeIndex } from '../network/topology.ts';
import { type DeviceFleet, deviceFleet } from './device-fleet.ts';
import { CALL, LIMIT_MS, RELEASE_BYTES } from './rollout.ts';
import { notRunning, rowOf, safetyAims, settledAims } from './rollout-aims.ts';
import { outcomeOf, type Scenario } from './scenario.ts';

/** Within this time of each rollout every device loses power once, a fifth of them twice. */
const CRASHES_MS = 60_000;
const TWICE = 0.2;
/** It starts again so long after. */
const OFF_MS = { least: 1_000, spread: 20_000 };

export const rolloutCrashes: Scenario = {
  description:
    'Releases of 2 MiB, good ones and one that hangs, while every device loses power once or twice',
  run: (options) => {
    const subject = deviceFleet(options);
    const random = subject.fleet.random.stream('who loses power, and when');
    const roll = (name: string, conduct: 'healthy' | 'hangs') => {
      const published = subject.publish({ sizeBytes: RELEASE_BYTES, conduct, health: CALL });
      const started = subject.rollOut(published);
      const settle = markRollout(subject, started, conduct === 'healthy' ? 'committed' : 'rolled-back');
      const crashes = crashAll(subject, random);
      subject.fleet.simulation.runUntil(
        subject.fleet.simulation.nowMs + CRASHES_MS + OFF_MS.least + OFF_MS.spread,
      );
      return { name, ...published, crashes, figures: settle(LIMIT_MS) };
    };
    const first = roll('first', 'healthy');
    const second = roll('second', 'healthy');
    const hanging = roll('hangs', 'hangs');
    const phases = [first, second, hanging];
    return outcomeOf(
      subject.fleet,
      phases.map(({ name, figures, crashes }) => ({ ...rowOf(name, figures), crashes })),
      [
        ...settledAims(subject, phases),
        {
          name: 'not on the last good release',
          value: notRunning(subject, second.release),
          unit: 'devices',
          aim: 0,
          direction: 'atMost',
        },
        ...safetyAims(subject),
      ],
    );
  },
};

/** How many there will be. */
function crashAll({ fleet, devices }: DeviceFleet, random: Random): number {
  const { simulation } = fleet;
  const crash = (device: NodeIndex) => {
    if (!fleet.network.isAlive(device)) return;
    fleet.crash(device);
    simulation.schedule(OFF_MS.least + random() * OFF_MS.spread, () => fleet.start(device));
  };
  let count = 0;
  for (const device of devices)
    for (let times = random() < TWICE ? 2 : 1; times > 0; times--) {
      count++;
      simulation.schedule(random() * CRASHES_MS, () => crash(device));
    }
  return count;
}
