import { markRollout } from '../figures/rollout.ts';
import { deviceFleet } from './device-fleet.ts';
import { notRunning, rowOf, safetyAims, settledAims } from './rollout-aims.ts';
import { outcomeOf, type Scenario } from './scenario.ts';

export const RELEASE_BYTES = 2 * 1024 * 1024;
export const CALL = { type: 'call', withinMs: 30_000 } as const;
const QUIET = { type: 'quiet', forMs: 3_000 } as const;
export const LIMIT_MS = 600_000;

export const rollout: Scenario = {
  description:
    'A release of 2 MiB for all devices, a second, one that throws, one that hangs, and the first again, while a rogue device publishes and rolls out',
  run: (options) => {
    const subject = deviceFleet(options);
    const roll = (
      name: string,
      conduct: 'healthy' | 'throws' | 'hangs',
      health: typeof CALL | typeof QUIET,
    ) => {
      const published = subject.publish({ sizeBytes: RELEASE_BYTES, conduct, health });
      subject.provoke(bait);
      const started = subject.rollOut(published);
      const settle = markRollout(subject, started, conduct === 'healthy' ? 'committed' : 'rolled-back');
      return { name, ...published, figures: settle(LIMIT_MS) };
    };
    const bait = subject.publish({ sizeBytes: 65_536, conduct: 'healthy', health: CALL });
    const first = roll('first', 'healthy', CALL);
    const second = roll('second', 'healthy', QUIET);
    const throwing = roll('throws', 'throws', QUIET);
    const hanging = roll('hangs', 'hangs', CALL);
    // Rollback attack, by the operator's own hand: no device takes a lower counter (D3).
    const again = subject.rollOut(first);
    const older = { name: 'first again', figures: markRollout(subject, again, 'refused')(LIMIT_MS) };
    const phases = [first, second, throwing, hanging, older];
    const elsewhere = notRunning(subject, second.release);
    return outcomeOf(
      subject.fleet,
      [
        ...phases.map(({ name, figures }) => rowOf(name, figures)),
        { phase: 'refused', ...Object.fromEntries(subject.fleet.refusals) },
      ],
      [
        ...settledAims(subject, phases),
        {
          name: 'not on the last good release',
          value: elsewhere,
          unit: 'devices',
          aim: 0,
          direction: 'atMost',
        },
        ...safetyAims(subject),
      ],
    );
  },
};
