import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceTimer, FrameFact } from './input.ts';
import {
  aDevice,
  aDeviceRunning,
  aDeviceTrying,
  beat,
  CALL,
  QUIET,
  subject,
} from './testing/device-on-disk.ts';

/** A device that runs release 2, with release 1 to fall back on. */
function aDeviceWithFallback() {
  const device = aDeviceTrying(CALL);
  for (const type of ['release-loaded', 'release-healthy', 'release-beat'] as const) device.tell({ type });
  expect(device.state()).toMatchObject({ running: subject(2), fallback: subject(1) });
  return device;
}

describe('a running release that hangs is started again (D11)', () => {
  test('after its commit', () => {
    const device = aDeviceWithFallback();
    const run = device.run();
    device.pass(10_000);
    expect(device.shows()).toBe('release-2');
    expect(device.run()).toBeGreaterThan(run);
  });

  test('at a later start, in its first second, before any beat', () => {
    const device = aDeviceWithFallback();
    device.crash();
    const run = device.run();
    device.tell({ type: 'page-started', page: '/' });
    device.pass(30_000);
    expect(device.run()).toBeGreaterThan(run);
  });

  test('after the trial of another was taken back', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2, QUIET));
    device.complete(subject(2, QUIET));
    device.tell({ type: 'release-error', message: 'boom' });
    const run = device.run();
    device.pass(30_000);
    expect(device.run()).toBeGreaterThan(run);
  });

  test('and given up for the release before when it hangs a third time, though each start went well', () => {
    const device = aDeviceWithFallback();
    for (let hang = 1; hang <= 3; hang++) {
      expect(device.shows()).toBe('release-2');
      device.tell({ type: 'release-loaded' });
      beat(device, 5);
      device.pass(10_000);
    }
    expect(device.shows()).toBe('release-1');
    expect(device.state().update.stage).toBe('rolled-back');
  });

  test('but not given up when it goes on well for ten minutes in between', () => {
    const device = aDeviceWithFallback();
    for (let hang = 1; hang <= 10; hang++) {
      device.tell({ type: 'release-loaded' });
      beat(device, 601);
      device.pass(10_000);
    }
    expect(device.shows()).toBe('release-2');
  });
});

test('a running page that is replaced by another has the time of a start again (D11)', () => {
  const device = aDeviceWithFallback();
  const run = device.run();
  device.tell({ type: 'page-started', page: '/menu' });
  device.pass(29_000);
  device.tell({ type: 'release-loaded' });
  expect(device.run()).toBe(run);
  device.pass(10_000);
  expect(device.run()).toBeGreaterThan(run);
});

test('a running release that beats is left alone, whatever timers come (D11)', () => {
  const device = aDeviceWithFallback();
  device.crash();
  const run = device.run();
  device.tell({ type: 'release-loaded' });
  for (const timer of ['verdict', 'restart', 'settled', 'steady'] as const) {
    beat(device, 20);
    device.stray(timer);
  }
  expect(device.run()).toBe(run);
  expect(device.state().badStarts).toBe(0);
});

test('no release runs without an armed watch, and none is committed but by a beat or because it runs (D5, D11)', () => {
  const counter = fc.integer({ min: 1, max: 4 });
  const health = fc.constantFrom(CALL, QUIET);
  const facts: fc.Arbitrary<FrameFact> = fc.oneof(
    fc.constantFrom<FrameFact>(
      { type: 'release-loaded' },
      { type: 'release-painted' },
      { type: 'release-healthy' },
      { type: 'release-beat' },
      { type: 'release-beat' },
      { type: 'release-error', message: 'x' },
      { type: 'release-warning', message: 'x' },
      { type: 'release-unhealthy', reason: 'x' },
      { type: 'release-busy', forMs: 60_000 },
      { type: 'frame-failed', reason: 'x' },
      { type: 'app-origin-failed', reason: 'x' },
      { type: 'frame-reloads' },
    ),
    fc.constantFrom('/', '/a').map((page) => ({ type: 'page-started' as const, page })),
  );
  const steps = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ type: fc.constant('fact' as const), fact: facts, late: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('wish' as const), counter, health }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('complete' as const), counter }) },
    {
      weight: 2,
      arbitrary: fc
        .integer({ min: 1, max: 40_000 })
        .chain((ms) =>
          fc.constantFrom('pass' as const, 'stand-still' as const).map((type) => ({ type, ms })),
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom<DeviceTimer>('verdict', 'silence', 'restart', 'settled', 'steady')
        .map((timer) => ({ type: 'stray' as const, timer })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('crash' as const, 'withdraw' as const).map((type) => ({ type })),
    },
  );
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), (history) => {
      const device = aDevice();
      let rollouts = 0;
      let failedRun = 0;
      for (const step of history) {
        const before = device.state();
        const run = device.run();
        let isBeat = false;
        switch (step.type) {
          case 'fact':
            isBeat = step.fact.type === 'release-beat' && !step.late;
            if (/^(frame|app-origin)-failed$/.test(step.fact.type) && !step.late) failedRun = run;
            device.tell(step.fact, step.late ? run - 1 : run);
            break;
          case 'wish':
            device.wish(`rollout ${rollouts++}`, subject(step.counter, step.health));
            break;
          case 'complete':
            device.complete(subject(step.counter));
            break;
          case 'pass':
            device.pass(step.ms);
            break;
          case 'stand-still':
            device.standStill(step.ms);
            break;
          case 'stray':
            device.stray(step.timer);
            break;
          case 'crash':
            device.crash();
            failedRun = 0;
            break;
          case 'withdraw':
            device.withdraw();
        }
        const { running } = device.state();
        if (running?.release !== before.running?.release && running?.release !== before.fallback?.release)
          expect(isBeat, 'a commit').toBe(true);
        const onTrial = device.shows() !== undefined && device.shows() !== running?.release;
        for (const timer of ['settled', 'steady', 'restart'] as const)
          if (device.armed(timer)) expect(onTrial, `${timer} while a candidate is tried`).toBe(false);
        if (device.armed('verdict')) expect(onTrial, 'a verdict only over a candidate').toBe(true);
        if (device.shows() === undefined) continue;
        const waitsForFrame = failedRun === device.run() && device.armed('restart');
        expect(device.armed('silence') || waitsForFrame, 'an armed watch').toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});
