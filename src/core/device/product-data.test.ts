import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReleaseId } from '../wire/encoding/ids.ts';
import type { Subject } from './state.ts';
import { aDevice, aDeviceRunning, type Device, proveHealthy, subject } from './testing/device-on-disk.ts';

const till = (counter: number): Subject => ({
  ...subject(counter),
  release: `till-${counter}` as ReleaseId,
  product: 'till',
});

/** Release 1 runs and keeps orders, and release 2 is about to be tried, or `next`. */
function aDeviceBefore(next: Subject = subject(2)): Device {
  const device = aDeviceRunning(subject(1));
  device.origin.write('orders');
  device.wish('second', next);
  return device;
}

const tryNow = (device: Device, next: Subject = subject(2)) => device.complete(next);
/** The trial fails: its time is up. */
const fail = (device: Device) => device.pass(1_500);

describe('a trial that is not committed leaves the data as it was (D16)', () => {
  test('a copy is made before the candidate starts, when nothing runs, and put back before the release before it does', () => {
    const device = aDeviceBefore();
    tryNow(device);
    const order = () =>
      device
        .effects()
        .map(({ type }) => type)
        .filter((type) => /-data$|-release$/.test(type) && !/^(hold|keep|retain)/.test(type));
    expect(order().slice(-3)).toEqual(['stop-release', 'copy-data', 'run-release']);
    expect(device.origin.kept()).toEqual(['release-1', 'orders', 'release-2']);
    fail(device);
    expect(order().slice(-3)).toEqual(['stop-release', 'restore-data', 'run-release']);
    expect(device.shows()).toBe('release-1');
    expect(device.origin.kept()).toEqual(['release-1', 'orders']);
    expect(device.origin.copies()).toEqual([]);
  });

  test('the way back stands on the disk before the candidate starts', () => {
    const device = aDeviceBefore();
    tryNow(device);
    const types = device
      .effects()
      .map((effect) =>
        effect.type === 'persist-device' ? (effect.state.wayBack?.by ?? 'none') : effect.type,
      );
    expect(types.lastIndexOf('run-release')).toBeGreaterThan(types.indexOf('copy'));
    expect(types.indexOf('copy')).toBeGreaterThan(types.indexOf('copy-data'));
  });

  test('the copy goes with the commit, and what the candidate changed stays', () => {
    const device = aDeviceBefore();
    tryNow(device);
    proveHealthy(device);
    expect(device.origin.kept()).toEqual(['release-1', 'orders', 'release-2']);
    expect(device.origin.copies()).toEqual([]);
    expect(device.state().wayBack).toBeUndefined();
  });

  test.each(['withdrawn', 'superseded', 'turned down'])('the same when its wish is %s', (how) => {
    const device = aDeviceBefore(subject(3));
    tryNow(device, subject(3));
    if (how === 'withdrawn') device.withdraw();
    if (how === 'superseded') device.wish('third', subject(4));
    if (how === 'turned down') device.wishBeyond('third', subject(4), ['x']);
    expect(device.shows()).toBe('release-1');
    expect(device.origin.kept()).toEqual(['release-1', 'orders']);
  });

  test('a device that ran nothing tries on an empty origin, and leaves it so', () => {
    const device = aDevice();
    device.wish('first', subject(1));
    device.complete(subject(1));
    fail(device);
    expect(device.shows()).toBeUndefined();
    expect(device.origin.kept()).toEqual([]);
    device.wish('second', subject(2));
    device.complete(subject(2));
    expect(device.origin.kept()).toEqual(['release-2']);
  });

  test('one that gave up its release after bad starts tries the next on what that left, and has it back', () => {
    const device = aDeviceBefore();
    device.withdraw();
    for (let start = 0; start < 4; start++) device.crash();
    expect(device.shows()).toBeUndefined();
    device.wish('second', subject(2));
    tryNow(device);
    expect(device.origin.kept()).toEqual(['release-1', 'orders', 'release-2']);
    fail(device);
    expect(device.origin.kept()).toEqual(['release-1', 'orders']);
  });

  test('what an earlier trial changed is put back before the next begins, however long that takes', () => {
    const device = aDeviceBefore();
    tryNow(device);
    device.origin.fail({ 'restore-data': { unanswered: true } });
    fail(device);
    device.wish('third', subject(3));
    device.complete(subject(3));
    expect(device.shows()).toBeUndefined();
    device.origin.fail({});
    device.pass(5_000);
    expect(device.shows()).toBe('release-3');
    expect(device.origin.kept()).toEqual(['release-1', 'orders', 'release-3']);
  });

  test('a wish that is withdrawn while its copy is made: what runs goes on, and the copy goes', () => {
    const device = aDeviceBefore();
    device.origin.hold(true);
    tryNow(device);
    device.withdraw();
    expect(device.shows()).toBeUndefined();
    device.answerData([{ type: 'data-done', task: 99 }]);
    expect(device.shows()).toBeUndefined();
    device.origin.hold(false);
    device.answerData();
    expect(device.shows()).toBe('release-1');
    expect(device.origin.copies()).toEqual([]);
  });

  test('a release that says it needs no care is tried at once on what lies there, which stays', () => {
    const careless = { ...subject(2), dataStays: true };
    const device = aDeviceBefore(careless);
    tryNow(device, careless);
    expect(device.effects().some(({ type }) => type === 'copy-data')).toBe(false);
    fail(device);
    expect(device.origin.kept()).toEqual(['release-1', 'orders', 'release-2']);
  });
});

describe('a crash (D2, D16)', () => {
  test.each(['copy-data', 'restore-data'])('in the middle of %s loses nothing', (task) => {
    const device = aDeviceBefore();
    if (task === 'copy-data') device.origin.hold(true);
    tryNow(device);
    device.origin.hold(true);
    if (task === 'restore-data') fail(device);
    expect(device.origin.asked()).toBe(task);
    device.origin.hold(false);
    device.crash();
    if (task === 'copy-data') {
      expect(device.shows()).toBe('release-2');
      fail(device);
    }
    expect(device.shows()).toBe('release-1');
    expect(device.origin.kept()).toEqual(['release-1', 'orders']);
  });

  test('in the trial: the copy stays that of before, whatever starts follow', () => {
    const device = aDeviceBefore();
    tryNow(device);
    device.crash();
    device.crash();
    expect(device.shows()).toBe('release-2');
    device.crash();
    expect(device.state().update).toMatchObject({ stage: 'rolled-back' });
    expect(device.shows()).toBe('release-1');
    expect(device.origin.kept()).toEqual(['release-1', 'orders']);
  });

  test('at each copy counts as a start of the trial, which ends by that', () => {
    const device = aDeviceBefore();
    device.origin.hold(true);
    tryNow(device);
    for (let start = 0; start < 3; start++) device.crash();
    device.answerData();
    expect(device.state().update).toMatchObject({ stage: 'rolled-back' });
    expect(device.shows()).toBe('release-1');
  });

  test('at each restore: after three the data is cleared, since a release without it is better than none', () => {
    const device = aDeviceBefore();
    tryNow(device);
    device.origin.hold(true);
    fail(device);
    for (let start = 0; start < 3; start++) device.crash();
    device.origin.hold(false);
    device.answerData();
    expect(device.shows()).toBe('release-1');
    expect(device.origin.kept()).toEqual(['release-1']);
    expect(device.state().update).toMatchObject({ reason: expect.stringContaining('was cleared') });
  });
});

describe('a copy that cannot be made (D17)', () => {
  test('ends the trial before it began, and the receipt says what to do', () => {
    const device = aDeviceBefore();
    device.origin.fail({ 'copy-data': { reason: 'it keeps 900 MB' } });
    tryNow(device);
    expect(device.started()).not.toContain('release-2');
    expect(device.shows()).toBe('release-1');
    expect(device.state().update).toMatchObject({
      stage: 'rolled-back',
      reason: expect.stringMatching(/it keeps 900 MB.*data-without-copy/),
    });
  });

  test('holds nobody who may lose it: it is cleared when the trial fails, and kept when it does not', () => {
    for (const healthy of [true, false]) {
      const device = aDeviceBefore();
      device.setPolicy({ mayBeCleared: true });
      device.origin.fail({ 'copy-data': {} });
      tryNow(device);
      expect(device.shows()).toBe('release-2');
      if (healthy) proveHealthy(device);
      else fail(device);
      expect(device.origin.kept()).toEqual(healthy ? ['release-1', 'orders', 'release-2'] : ['release-1']);
    }
  });

  test('the bound is what the config says when the copy is made', () => {
    const device = aDeviceBefore();
    device.setPolicy({ maxCopyBytes: 5 });
    tryNow(device);
    expect(device.effects()).toContainEqual(expect.objectContaining({ type: 'copy-data', maxBytes: 5 }));
  });

  test('an app origin that says nothing is asked again for as long as that lasts, and that is no try', () => {
    const device = aDeviceBefore();
    tryNow(device);
    device.origin.fail({ 'restore-data': { unanswered: true } });
    fail(device);
    for (let time = 0; time < 10; time++) device.pass(5_000);
    expect(device.shows()).toBeUndefined();
    expect(device.state().wayBack).toMatchObject({ by: 'copy', tries: 0 });
    device.origin.fail({});
    device.pass(5_000);
    expect(device.shows()).toBe('release-1');
    expect(device.origin.kept()).toEqual(['release-1', 'orders']);
  });
});

describe('data belongs to its product (D18)', () => {
  test('another one is tried without it; it is there again when that fails, and gone when it is committed', () => {
    for (const healthy of [true, false]) {
      const device = aDeviceBefore(till(1));
      tryNow(device, till(1));
      expect(device.origin.kept()).toEqual(['till-1']);
      if (healthy) proveHealthy(device);
      else fail(device);
      expect(device.origin.kept()).toEqual(healthy ? ['till-1'] : ['release-1', 'orders']);
      expect(device.origin.copies()).toEqual([]);
    }
  });

  test('also when that one says that its data may stay', () => {
    const careless = { ...till(1), dataStays: true };
    const device = aDeviceBefore(careless);
    tryNow(device, careless);
    expect(device.origin.kept()).toEqual(['till-1']);
    fail(device);
    expect(device.origin.kept()).toEqual(['release-1', 'orders']);
  });

  test('unless an operator keeps it: then it comes back with the product', () => {
    const device = aDeviceBefore(till(1));
    device.setPolicy({ keepsOthers: true });
    tryNow(device, till(1));
    proveHealthy(device);
    expect(device.state().keptAside).toEqual(['menu']);
    device.wish('third', subject(2));
    device.complete(subject(2));
    proveHealthy(device);
    expect(device.origin.kept()).toEqual(['release-1', 'orders', 'release-2']);
    expect(device.state().keptAside).toEqual(['till']);
  });

  test('a fallback of another product does not find it', () => {
    const device = aDeviceBefore(till(1));
    tryNow(device, till(1));
    proveHealthy(device);
    for (let start = 0; start < 4; start++) device.crash();
    expect(device.shows()).toBe('release-1');
    expect(device.origin.kept()).toEqual(['release-1']);
  });
});

test('over any history: a release finds what committed ones of its product left, and nothing else (D16 to D18)', () => {
  const release = fc.record({ counter: fc.integer({ min: 1, max: 6 }), other: fc.boolean() });
  const subjectOf = ({ counter, other }: { counter: number; other: boolean }) =>
    other ? till(counter) : subject(counter);
  const step = fc.oneof(
    release.map((which) => ({ type: 'wish' as const, which })),
    fc
      .constantFrom('withdraw', 'complete', 'complete', 'crash', 'healthy', 'hold', 'answer')
      .map((type) => ({ type }) as const),
    fc.integer({ min: 1, max: 40_000 }).map((ms) => ({ type: 'pass' as const, ms })),
  );
  let failed = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (history) => {
      const device = aDevice();
      const committed = new Set<string>();
      for (const each of history) {
        if (each.type === 'wish')
          device.wish(`rollout of ${JSON.stringify(each.which)}`, subjectOf(each.which));
        else if (each.type === 'complete') {
          const wished = device.wished();
          if (wished.type === 'release') device.complete(wished.subject);
        } else if (each.type === 'withdraw') device.withdraw();
        else if (each.type === 'crash') device.crash();
        else if (each.type === 'healthy' && device.shows() !== undefined) proveHealthy(device);
        else if (each.type === 'pass') device.pass(each.ms);
        else if (each.type === 'hold') device.origin.hold(true);
        else if (each.type === 'answer') {
          device.origin.hold(false);
          device.answerData();
        }
        const { running, update, dataOf } = device.state();
        if (running !== undefined) committed.add(running.release);
        if (update.stage === 'rolled-back') failed++;
        const shown = device.shows();
        if (shown === undefined) continue;
        const product = shown.split('-')[0];
        expect(dataOf).toBe(product === 'till' ? 'till' : 'menu');
        for (const writer of device.origin.kept()) {
          expect(writer.split('-')[0]).toBe(product);
          expect(writer === shown || committed.has(writer)).toBe(true);
        }
      }
    }),
    { numRuns: 2_000 },
  );
  expect(failed).toBeGreaterThan(100);
});
