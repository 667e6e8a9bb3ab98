import { describe, expect, test } from 'vitest';
import { aDeviceRunning, aDeviceTrying, CALL, QUIET, subject } from './testing/device-on-disk.ts';

describe('a release that says that it is unhealthy', () => {
  test.each([CALL, QUIET])('on trial is taken back, with its own words as the reason (D6)', (rule) => {
    const device = aDeviceTrying(rule);
    device.tell({ type: 'release-unhealthy', reason: 'no printer is connected' });
    expect(device.state().update).toMatchObject({
      stage: 'rolled-back',
      reason: 'it called unhealthy(): no printer is connected',
    });
    expect(device.shows()).toBe('release-1');
  });

  test('on trial is taken back also after it called healthy, before a beat has confirmed that', () => {
    const device = aDeviceTrying(CALL);
    device.tell({ type: 'release-healthy' });
    device.tell({ type: 'release-unhealthy', reason: '' });
    device.tell({ type: 'release-beat' });
    expect(device.state().update).toMatchObject({
      stage: 'rolled-back',
      reason: 'it called unhealthy() and gave no reason',
    });
  });

  test.each([
    ['a line of a log', 'a\n2027-01-01 INFO all is well\u2028b', 'a 2027-01-01 INFO all is well b'],
    ['text that reads backwards', 'till \u202egnp.exe\u2066', 'till gnp.exe'],
    ['control characters', '\u0000\u001b[2Jgone\u0007', '[2Jgone'],
    ['halves of characters', 'a\ud83d b', 'a b'],
    ['more than fits', '😀'.repeat(400), `${'😀'.repeat(199)}…`],
    ['nothing but space', ' \t\n ', ''],
  ])('attack: by %s, is told in one bounded line', (_, said, told) => {
    const device = aDeviceTrying(CALL);
    device.tell({ type: 'release-unhealthy', reason: said });
    const { update } = device.state();
    const start = told === '' ? 'it called unhealthy() and gave no reason' : `it called unhealthy(): ${told}`;
    expect('reason' in update && update.reason).toBe(start);
  });

  test('after its commit is counted and stays: nothing is taken back for a word (D15)', () => {
    const device = aDeviceRunning(subject(1));
    const run = device.run();
    for (let times = 0; times < 5; times++) device.tell({ type: 'release-unhealthy', reason: 'no paper' });
    expect(device.state()).toMatchObject({
      running: subject(1),
      update: { stage: 'committed' },
      badStarts: 0,
    });
    expect(device.run()).toBe(run);
    expect(device.faults()).toHaveLength(5);
    expect(device.faults()[0]).toMatchObject({
      release: 'release-1',
      fault: { kind: 'unhealthy', text: 'it called unhealthy(): no paper' },
    });
  });
});

describe('the running release is watched as its trial was (D15)', () => {
  test('by its errors, warnings and restarts', () => {
    const device = aDeviceRunning(subject(1));
    device.tell({ type: 'release-error', message: 'TypeError' });
    device.tell({ type: 'release-warning', message: 'slow' });
    device.pass(30_000);
    device.tell({ type: 'frame-failed', reason: 'it meddles' });
    expect(device.faults().map(({ fault }) => fault)).toEqual([
      { kind: 'error', text: 'TypeError' },
      { kind: 'warning', text: 'slow' },
      { kind: 'restart', text: 'its page stopped responding for 10 s' },
      { kind: 'restart', text: 'it meddles' },
    ]);
  });

  test('but not by what no release could help, nor by what a candidate does on trial', () => {
    const device = aDeviceRunning(subject(1));
    device.tell({ type: 'app-origin-failed', reason: 'no server' });
    device.wish('second', subject(2));
    device.complete(subject(2));
    device.tell({ type: 'release-error', message: 'on trial' });
    expect(device.faults()).toEqual([]);
  });
});
