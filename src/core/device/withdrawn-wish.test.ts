import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RolloutId } from '../wire/encoding/ids.ts';
import type { FrameFact, Wished } from './input.ts';
import { aDevice, aDeviceRunning, proveHealthy, subject } from './testing/device-on-disk.ts';

const NOTHING: Wished = { type: 'nothing' };
const UNKNOWN: Wished = { type: 'unknown' };

describe('a wish that is withdrawn holds nobody (D10)', () => {
  test('while its release is fetched: the candidate is dropped, and what comes of it later is ignored', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.withdraw();
    expect(device.state().update).toMatchObject({ stage: 'withdrawn', rollout: 'second' });
    expect(device.receipts().at(-1)).toBe('withdrawn');
    expect(device.effects().at(-1)).toEqual({ type: 'keep-releases', releases: ['release-1'] });
    device.complete(subject(2));
    expect(device.state().update.stage).toBe('withdrawn');
    expect(device.shows()).toBe('release-1');
  });

  test('on trial: the release before runs again, and a late word of health changes nothing', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    device.withdraw();
    expect(device.state().update.stage).toBe('withdrawn');
    expect(device.shows()).toBe('release-1');
    proveHealthy(device);
    expect(device.state()).toMatchObject({ running: subject(1), update: { stage: 'withdrawn' } });
  });

  test('on the trial of a device that ran nothing: the shell shows', () => {
    const device = aDevice();
    device.wish('first', subject(1));
    device.complete(subject(1));
    device.withdraw();
    expect(device.shows()).toBeUndefined();
  });

  test.each(['fetching', 'probation'])('while the device was off in %s: it starts what it ran', (stage) => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    if (stage === 'probation') device.complete(subject(2));
    device.crash(NOTHING);
    expect(device.state().update.stage).toBe('withdrawn');
    expect(device.started()).toEqual(['release-1']);
    expect(device.effects()).not.toContainEqual({ type: 'hold-release', release: 'release-2' });
  });

  test('but not what was committed', () => {
    const device = aDeviceRunning(subject(1));
    device.withdraw();
    expect(device.state()).toMatchObject({ running: subject(1), update: { stage: 'committed' } });
    device.crash();
    expect(device.shows()).toBe('release-1');
  });

  test('until it stands again, by an ack: then it is followed anew', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.withdraw();
    device.wish('second', subject(2));
    expect(device.state().update.stage).toBe('fetching');
    device.complete(subject(2));
    expect(device.shows()).toBe('release-2');
  });

  test('where another takes its place, that one is followed', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('third', subject(3));
    device.complete(subject(3));
    device.wish('second', subject(2));
    expect(device.state().update).toMatchObject({ stage: 'fetching', rollout: 'second' });
    expect(device.shows()).toBe('release-1');
  });

  test('where that is of what the device runs, it goes on running that', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    device.wish('first again', subject(1));
    expect(device.state().update.stage).toBe('committed');
    expect(device.shows()).toBe('release-1');
  });
});

describe('a device that cannot know what is wished (K3)', () => {
  test.each(['fetching', 'probation'])('waits with what it left in %s until it does', (stage) => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    if (stage === 'probation') device.complete(subject(2));
    device.crash(UNKNOWN);
    expect(device.state().update.stage).toBe(stage);
    device.complete(subject(2));
    expect(device.shows()).toBe('release-1');
    device.wish('second', subject(2));
    if (stage === 'fetching') device.complete(subject(2));
    expect(device.shows()).toBe('release-2');
  });

  test('drops it when the wish proves to be gone, and does not start anew what runs', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    device.crash(UNKNOWN);
    device.withdraw();
    expect(device.state().update.stage).toBe('withdrawn');
    expect(device.started()).toEqual(['release-1']);
  });
});

test('over any prefix: only a release whose wish stands is started beside the running one (D10)', () => {
  const counter = fc.integer({ min: 1, max: 4 });
  const wish: fc.Arbitrary<Wished> = fc.oneof(
    fc.constant(NOTHING),
    // A rollout is an entry, so it wishes one release only.
    fc.tuple(counter, fc.constantFrom('a', 'b')).map(
      ([number, name]): Wished => ({
        type: 'release',
        rollout: `rollout ${name} of ${number}` as RolloutId,
        subject: subject(number),
      }),
    ),
  );
  const steps = fc.oneof(
    wish.map((wished) => ({ type: 'wish' as const, wished })),
    fc.oneof(wish, fc.constant(UNKNOWN)).map((wished) => ({ type: 'crash' as const, wished })),
    counter.map((number) => ({ type: 'complete' as const, subject: subject(number) })),
    fc.constantFrom<FrameFact>(
      { type: 'release-healthy' },
      { type: 'release-beat' },
      { type: 'release-error', message: 'x' },
    ),
    fc.integer({ min: 1, max: 40_000 }).map((ms) => ({ type: 'pass' as const, ms })),
    fc.constant({ type: 'fail' as const }),
  );
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 40 }), (history) => {
      const device = aDevice();
      for (const step of history) {
        if (step.type === 'wish') {
          const { wished } = step;
          if (wished.type === 'release') device.wish(wished.rollout, wished.subject);
          else device.withdraw();
        } else if (step.type === 'crash') device.crash(step.wished);
        else if (step.type === 'complete') device.complete(step.subject);
        else if (step.type === 'pass') device.pass(step.ms);
        else if (step.type === 'fail') device.failBundle(subject(2));
        else device.tell(step);
        const shown = device.shows();
        if (shown === undefined || shown === device.state().running?.release) continue;
        expect(device.wished()).toMatchObject({ type: 'release', subject: { release: shown } });
      }
    }),
    { numRuns: 3_000 },
  );
});
