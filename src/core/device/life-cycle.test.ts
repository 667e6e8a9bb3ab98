import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HealthRule } from '../wire/release.ts';
import { type DeviceInput, MAX_STARTS } from './life-cycle.ts';
import type { DeviceState } from './state.ts';
import { aDevice, aDeviceRunning, CALL, QUIET, subject } from './testing/device-on-disk.ts';

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
    device.tell({ type: 'release-healthy' });
    expect(device.state()).toMatchObject({ running: subject(1), floors: { menu: [{ counter: 1 }] } });
    const order = device
      .effects()
      .map((effect) => (effect.type === 'persist-device' ? effect.state.update.stage : effect.type));
    const told = device
      .effects()
      .flatMap((effect) => (effect.type === 'publish-receipt' ? [effect.update.stage] : []));
    expect(told).toEqual([
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

  test('of a release under the quiet rule commits after load, paint and quiet (D5)', () => {
    const device = aDevice();
    device.wish('first', subject(1, QUIET));
    device.complete(subject(1));
    device.tell({ type: 'release-loaded' });
    expect(device.effects().at(-1)).not.toMatchObject({ timer: 'verdict', delayMs: 1000 });
    device.tell({ type: 'release-painted' });
    expect(device.effects().at(-1)).toMatchObject({ timer: 'verdict', delayMs: 1000 });
    device.tell({ type: 'timer-fired', timer: 'verdict' });
    expect(device.state().update.stage).toBe('committed');
  });

  test('keeps the release before as its fallback, and nothing older (D7)', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    device.tell({ type: 'release-healthy' });
    expect(device.state()).toMatchObject({ running: subject(2), fallback: subject(1) });
    expect(device.effects().at(-1)).toEqual({ type: 'keep-releases', releases: ['release-2', 'release-1'] });
  });
});

describe('a release that fails its trial goes back to the one before, with the reason (D6)', () => {
  const trials: [string, HealthRule, Exclude<DeviceInput, { wished: unknown }>, RegExp][] = [
    ['it throws at start', QUIET, { type: 'release-error', message: 'boom' }, /threw an error: boom/],
    [
      'it never calls healthy',
      CALL,
      { type: 'timer-fired', timer: 'verdict' },
      /did not call healthy\(\) within 1 s/,
    ],
    ['it never loads', QUIET, { type: 'timer-fired', timer: 'verdict' }, /did not load/],
    ['it hangs', CALL, { type: 'timer-fired', timer: 'silence' }, /stopped responding/],
    ['its frame cannot start', CALL, { type: 'frame-failed', reason: 'no app origin' }, /no app origin/],
  ];
  test.each(trials)('%s', (_, health, input, reason) => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2, health));
    device.complete(subject(2));
    device.tell(input);
    expect(device.state().update).toMatchObject({
      stage: 'rolled-back',
      reason: expect.stringMatching(reason),
    });
    expect(device.state()).toMatchObject({ running: subject(1), floors: { menu: [{ counter: 1 }] } });
    expect(device.lastRun()).toEqual({ type: 'run-release', release: 'release-1' });
  });

  test('on a device that ran nothing, the shell itself shows', () => {
    const device = aDevice();
    device.wish('first', subject(1));
    device.complete(subject(1));
    device.tell({ type: 'release-error', message: 'boom' });
    expect(device.lastRun()).toEqual({ type: 'stop-release' });
  });

  test('and is not tried again by the same rollout, but by a new one', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    device.tell({ type: 'release-error', message: 'boom' });
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
});

describe('a floor that a stolen key set (D3)', () => {
  test('holds no longer than the release counts: the next honest counter is taken', () => {
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
      expect(device.lastRun()).toEqual({ type: 'run-release', release: 'release-1' });
      device.complete(subject(2));
    }
    expect(device.lastRun()).toEqual({ type: 'run-release', release: 'release-2' });
    device.tell({ type: 'release-healthy' });
    expect(device.state()).toMatchObject({ update: { stage: 'committed' }, running: subject(2) });
  });

  test(`in each of ${MAX_STARTS} starts of a trial rolls it back (D8)`, () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    for (let start = 0; start < MAX_STARTS; start++) device.crash();
    expect(device.state().update.stage).toBe('rolled-back');
    expect(device.lastRun()).toEqual({ type: 'run-release', release: 'release-1' });
  });

  test('at every start of the running release falls back, and in the end to the shell (D8)', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    device.tell({ type: 'release-healthy' });
    for (let start = 0; start <= MAX_STARTS; start++) device.crash();
    expect(device.lastRun()).toEqual({ type: 'run-release', release: 'release-1' });
    expect(device.state().update).toMatchObject({ stage: 'rolled-back' });
    for (let start = 0; start <= MAX_STARTS; start++) device.crash();
    expect(device.state().running).toBeUndefined();
  });

  test('after the running release was well is not held against it', () => {
    const device = aDeviceRunning(subject(1));
    for (let start = 0; start < 3 * MAX_STARTS; start++) {
      device.crash();
      device.tell({ type: 'release-loaded' });
      device.tell({ type: 'timer-fired', timer: 'settled' });
    }
    expect(device.state().running).toEqual(subject(1));
  });
});

test('whatever happens in whatever order: floors only rise, and only what was healthy ever counts as running (D3, D4)', () => {
  const inputs = fc.oneof(
    fc.record({
      type: fc.constant('wish' as const),
      counter: fc.integer({ min: 1, max: 5 }),
      rollout: fc.integer({ min: 1, max: 8 }),
    }),
    fc.record({ type: fc.constant('complete' as const), counter: fc.integer({ min: 1, max: 5 }) }),
    fc.constantFrom(
      { type: 'crash' as const },
      { type: 'release-healthy' as const },
      { type: 'release-loaded' as const },
      { type: 'release-painted' as const },
      { type: 'release-error' as const, message: 'x' },
      { type: 'frame-failed' as const, reason: 'x' },
      { type: 'timer-fired' as const, timer: 'verdict' as const },
      { type: 'timer-fired' as const, timer: 'silence' as const },
      { type: 'timer-fired' as const, timer: 'restart' as const },
    ),
  );
  fc.assert(
    fc.property(fc.array(inputs, { maxLength: 60 }), (history) => {
      const device = aDevice();
      const committed = new Set<string>();
      for (const step of history) {
        const floor = highestFloor(device.state());
        if (step.type === 'wish') device.wish(`r${step.rollout}`, subject(step.counter));
        else if (step.type === 'complete') device.complete(subject(step.counter));
        else if (step.type === 'crash') device.crash();
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
