import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_DEVICE_CONFIG } from './device-config.ts';
import type { DeviceTimer, FrameFact } from './input.ts';
import type { DeviceState } from './state.ts';
import { aDevice, aDeviceRunning, beat, proveHealthy, subject } from './testing/device-on-disk.ts';

function highestFloor({ floors }: DeviceState): number {
  return Math.max(0, ...(floors.menu ?? []).map(({ counter }) => counter));
}

describe('an update', () => {
  test('goes from wish to committed, each stage kept before it is acted on (D1)', () => {
    const device = aDevice();
    device.wish('first', subject(1));
    expect(device.state().update.stage).toBe('fetching');
    device.complete(subject(1));
    expect(device.state().update.stage).toBe('probation');
    proveHealthy(device);
    expect(device.state()).toMatchObject({ running: subject(1), floors: { menu: [{ counter: 1 }] } });
    const order = device
      .effects()
      .map((effect) => (effect.type === 'persist-device' ? effect.state.update.stage : effect.type));
    expect(device.receipts()).toEqual([
      'announced',
      'fetching',
      'verified',
      'armed',
      'switching',
      'probation',
      'committed',
    ]);
    expect(order.indexOf('probation')).toBeLessThan(order.indexOf('run-release'));
    expect(order.indexOf('fetching')).toBeLessThan(order.indexOf('hold-release'));
  });

  test('keeps the release before as its fallback, and nothing older (D7)', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    proveHealthy(device);
    expect(device.state()).toMatchObject({ running: subject(2), fallback: subject(1) });
    expect(device.effects().findLast(({ type }) => type === 'keep-releases')).toEqual({
      type: 'keep-releases',
      releases: ['release-2', 'release-1'],
    });
  });

  test('whose bundle cannot be had fails, and what runs goes on (D6)', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.failBundle(subject(2));
    expect(device.state().update).toMatchObject({ stage: 'failed', reason: 'no peers' });
    expect(device.shows()).toBe('release-1');
  });

  test('that was taken back is not tried again by the same rollout, but by a new one (D6)', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    device.tell({ type: 'frame-failed', reason: 'no app origin' });
    device.wish('second', subject(2));
    expect(device.state().update.stage).toBe('rolled-back');
    device.wish('third', subject(2));
    expect(device.state().update.stage).toBe('fetching');
  });
});

describe('counters never go back (D3)', () => {
  test('an older release is refused and the running one goes on', () => {
    const device = aDeviceRunning(subject(5));
    device.wish('second', subject(4));
    expect(device.state().update).toMatchObject({
      stage: 'refused',
      reason: expect.stringContaining('already run 5'),
    });
    expect(device.state().running).toEqual(subject(5));
  });

  test('a floor that a stolen key set holds no longer than the release counts', () => {
    const device = aDeviceRunning(subject(9_000));
    device.wish('second', subject(2));
    expect(device.state().update.stage).toBe('refused');
    device.wish('third', subject(2), [subject(9_000).release]);
    expect(device.state().update.stage).toBe('fetching');
  });
});

describe('a crash', () => {
  test.each(['fetching', 'probation'])('in %s leaves a device that arrives (D2)', (stage) => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    if (stage === 'probation') device.complete(subject(2));
    expect(device.disk().update.stage).toBe(stage);
    device.crash();
    if (stage === 'fetching') {
      expect(device.shows()).toBe('release-1');
      device.complete(subject(2));
    }
    expect(device.shows()).toBe('release-2');
    proveHealthy(device);
    expect(device.state()).toMatchObject({ update: { stage: 'committed' }, running: subject(2) });
  });

  test(`in each of ${DEFAULT_DEVICE_CONFIG.maxStarts} starts of a trial rolls it back (D8)`, () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    for (let start = 0; start < DEFAULT_DEVICE_CONFIG.maxStarts; start++) device.crash();
    expect(device.state().update.stage).toBe('rolled-back');
    expect(device.shows()).toBe('release-1');
  });

  test('at every start of the running release falls back, and in the end to the shell (D8)', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    proveHealthy(device);
    for (let start = 0; start <= DEFAULT_DEVICE_CONFIG.maxStarts; start++) device.crash();
    expect(device.shows()).toBe('release-1');
    expect(device.state().update).toMatchObject({ stage: 'rolled-back' });
    for (let start = 0; start <= DEFAULT_DEVICE_CONFIG.maxStarts; start++) device.crash();
    expect(device.state().running).toBeUndefined();
  });

  test('after the running release was well is not held against it (D8)', () => {
    const device = aDeviceRunning(subject(1));
    for (let start = 0; start < 3 * DEFAULT_DEVICE_CONFIG.maxStarts; start++) {
      device.crash();
      device.tell({ type: 'release-loaded' });
      beat(device, 4);
    }
    expect(device.state().running).toEqual(subject(1));
  });

  test('in a trial is not held against what ran before (D8)', () => {
    const device = aDeviceRunning(subject(1));
    for (let start = 0; start < 3 * DEFAULT_DEVICE_CONFIG.maxStarts; start++) {
      device.crash();
      device.wish(`rollout ${start}`, subject(2));
      device.complete(subject(2));
    }
    expect(device.state().badStarts).toBe(0);
    expect(device.state().running).toEqual(subject(1));
  });
});

test('the frame of a running release that cannot start is tried again, and in the end the release before (D8)', () => {
  const device = aDeviceRunning(subject(1));
  device.wish('second', subject(2));
  device.complete(subject(2));
  proveHealthy(device);
  device.crash();
  for (let start = 1; start < DEFAULT_DEVICE_CONFIG.maxStarts; start++) {
    device.tell({ type: 'frame-failed', reason: 'no worker' });
    expect(device.armed('silence')).toBe(false);
    device.pass(5_000);
    expect(device.shows()).toBe('release-2');
  }
  device.tell({ type: 'frame-failed', reason: 'no worker' });
  device.pass(5_000);
  expect(device.shows()).toBe('release-1');
});

test('a running release is not given up because nothing can be run, and is tried for as long as that lasts (D8)', () => {
  const device = aDeviceRunning(subject(1));
  device.crash();
  for (let start = 0; start < 5 * DEFAULT_DEVICE_CONFIG.maxStarts; start++) {
    device.tell({ type: 'app-origin-failed', reason: 'no worker' });
    expect(device.armed('silence')).toBe(false);
    device.pass(5_000);
    expect(device.shows()).toBe('release-1');
  }
  expect(device.state().running).toEqual(subject(1));
});

test('a candidate that cannot be tried because nothing can be run is taken back (D6)', () => {
  const device = aDeviceRunning(subject(1));
  device.wish('second', subject(2));
  device.complete(subject(2));
  device.tell({ type: 'app-origin-failed', reason: 'no worker' });
  expect(device.state().update).toMatchObject({ stage: 'rolled-back', reason: 'no worker' });
  expect(device.shows()).toBe('release-1');
});

describe('a start for which the program starts again counts as none (D8)', () => {
  test('of the running release', () => {
    const device = aDeviceRunning(subject(1));
    device.crash();
    const counted = device.disk().badStarts;
    device.tell({ type: 'frame-reloads' });
    device.crash();
    expect(device.disk().badStarts).toBe(counted);
    expect(device.shows()).toBe('release-1');
  });

  test('of a candidate', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    device.tell({ type: 'frame-reloads' });
    for (let start = 1; start <= DEFAULT_DEVICE_CONFIG.maxStarts; start++) {
      device.crash();
      expect(device.shows()).toBe('release-2');
    }
    device.crash();
    expect(device.state().update.stage).toBe('rolled-back');
  });

  test('and one that is then not made is found out by the watch (D11)', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    device.tell({ type: 'frame-reloads' });
    device.pass(30_000);
    expect(device.state().update.stage).toBe('rolled-back');
  });
});

test('whatever happens in whatever order: floors only rise, and only what was healthy ever counts as running (D3, D4)', () => {
  const counter = fc.integer({ min: 1, max: 5 });
  const steps = fc.oneof(
    fc.record({
      type: fc.constant('wish' as const),
      counter,
      rollout: fc.integer({ min: 1, max: 8 }),
    }),
    fc.record({ type: fc.constant('complete' as const), counter }),
    fc.constant({ type: 'healthy' as const }),
    fc.constant({ type: 'crash' as const }),
    fc.constant({ type: 'withdraw' as const }),
    fc.constantFrom<FrameFact>(
      { type: 'release-healthy' },
      { type: 'release-loaded' },
      { type: 'release-painted' },
      { type: 'release-error', message: 'x' },
      { type: 'frame-failed', reason: 'x' },
      { type: 'app-origin-failed', reason: 'x' },
      { type: 'frame-reloads' },
    ),
    fc
      .constantFrom<DeviceTimer>('verdict', 'silence', 'restart', 'settled')
      .map((timer) => ({ type: 'stray' as const, timer })),
    fc.integer({ min: 1, max: 40_000 }).map((ms) => ({ type: 'pass' as const, ms })),
  );
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), (history) => {
      const device = aDevice();
      const committed = new Set<string>();
      for (const step of history) {
        const floor = highestFloor(device.state());
        if (step.type === 'wish') device.wish(`r${step.rollout} of ${step.counter}`, subject(step.counter));
        else if (step.type === 'complete') device.complete(subject(step.counter));
        else if (step.type === 'healthy') proveHealthy(device);
        else if (step.type === 'crash') device.crash();
        else if (step.type === 'withdraw') device.withdraw();
        else if (step.type === 'stray') device.stray(step.timer);
        else if (step.type === 'pass') device.pass(step.ms);
        else device.tell(step);
        const { running, update } = device.state();
        expect(highestFloor(device.state())).toBeGreaterThanOrEqual(floor);
        if (update.stage === 'committed') committed.add(update.subject.release);
        if (running !== undefined) expect(committed).toContain(running.release);
        expect(device.disk()).toEqual(device.state());
      }
    }),
    { numRuns: 2_000 },
  );
});
