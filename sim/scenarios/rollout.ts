import { markRollout } from '../figures/rollout.ts';
import { deviceFleet } from './device-fleet.ts';
import { notRunning, rowOf, safetyAims, settledAims } from './rollout-aims.ts';
import { outcomeOf, type Scenario } from './scenario.ts';

export const RELEASE_BYTES = 4 * 1024 * 1024;
export const CALL = { type: 'call', withinMs: 30_000 } as const;
const QUIET = { type: 'quiet', forMs: 3_000 } as const;
export const LIMIT_MS = 600_000;

export const rollout: Scenario = {
  description:
    'A release of 4 MiB for all devices, a second, one that throws and one that hangs, while a rogue device publishes and rolls out',
  run: (options) => {
    const subject = deviceFleet(options);
    const roll = (
      name: string,
      conduct: 'healthy' | 'throws' | 'hangs',
      health: typeof CALL | typeof QUIET,
    ) => {
      const published = subject.publish({ sizeBytes: RELEASE_BYTES, conduct, health });
      subject.provoke(published);
      const started = subject.rollOut(published);
      const settle = markRollout(subject, started, conduct === 'healthy' ? 'committed' : 'rolled-back');
      return { name, ...published, figures: settle(LIMIT_MS) };
    };
    const first = roll('first', 'healthy', CALL);
    const second = roll('second', 'healthy', QUIET);
    const throwing = roll('throws', 'throws', QUIET);
    const hanging = roll('hangs', 'hangs', CALL);
    const phases = [first, second, throwing, hanging];
    const elsewhere = notRunning(subject, second.release);
    return outcomeOf(
      subject.fleet,
      [
        ...phases.map(({ name, figures }) => rowOf(name, figures)),
        { phase: 'refused', ...Object.fromEntries(subject.fleet.refusals) },
      ],
      [
        ...settledAims(subject, phases),
        { name: 'not on the last good release', value: elsewhere, unit: 'devices', aim: 0, direction: 'atMost' },
        ...safetyAims(subject),
      ],
    );
  },
};
