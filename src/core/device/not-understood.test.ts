import { describe, expect, test } from 'vitest';
import type { RolloutId } from '../wire/encoding/ids.ts';
import { aDeviceRunning, aDeviceTrying, CALL, proveHealthy, subject } from './testing/device-on-disk.ts';

describe('a rollout that asks for what this version does not know (D13)', () => {
  test('is refused with a receipt that names it, and what runs goes on', () => {
    const device = aDeviceRunning(subject(1));
    device.wishBeyond('second', subject(2), ['waves', 'select hardware']);
    expect(device.state().update).toMatchObject({
      stage: 'refused',
      rollout: 'second',
      reason: expect.stringContaining('"waves", "select hardware"'),
    });
    expect(device.shows()).toBe('release-1');
    expect(device.effects()).not.toContainEqual({ type: 'hold-release', release: 'release-2' });
  });

  test('is said once, however often the ledger is looked at, and at a start', () => {
    const device = aDeviceRunning(subject(1));
    device.wishBeyond('second', subject(2), ['waves']);
    device.wishBeyond('second', subject(2), ['waves']);
    expect(device.receipts().filter((stage) => stage === 'refused')).toHaveLength(1);
    device.crash();
    expect(device.receipts()).toEqual([]);
    expect(device.shows()).toBe('release-1');
  });

  test('ends the candidate of the rollout before it, on trial too', () => {
    const device = aDeviceTrying(CALL);
    expect(device.shows()).toBe('release-2');
    device.wishBeyond('third', subject(3), ['waves']);
    expect(device.shows()).toBe('release-1');
    expect(device.state().update).toMatchObject({ stage: 'refused', rollout: 'third' });
    proveHealthy(device);
    expect(device.state().running?.release).toBe('release-1');
  });

  test('is followed by the version that knows it', () => {
    const device = aDeviceRunning(subject(1));
    device.wishBeyond('second', subject(2), ['waves']);
    device.crash({ type: 'release', rollout: 'second' as RolloutId, subject: subject(2) });
    expect(device.state().update).toMatchObject({ stage: 'fetching', rollout: 'second' });
    device.complete(subject(2));
    proveHealthy(device);
    expect(device.state().running?.release).toBe('release-2');
  });

  test('stays committed where it was committed by a version that knew it', () => {
    const device = aDeviceRunning(subject(1));
    device.crash({
      type: 'not-understood',
      rollout: 'first' as RolloutId,
      subject: subject(1),
      lacking: ['waves'],
    });
    expect(device.state().update).toMatchObject({ stage: 'committed', rollout: 'first' });
    expect(device.shows()).toBe('release-1');
  });

  test('that this version was half way through before it asked for more is given up', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.crash({
      type: 'not-understood',
      rollout: 'second' as RolloutId,
      subject: subject(2),
      lacking: ['waves'],
    });
    expect(device.state().update).toMatchObject({ stage: 'refused', rollout: 'second' });
    device.complete(subject(2));
    expect(device.started()).not.toContain('release-2');
  });
});

test('a refused number is judged anew at a start, and told again only where the answer is another (D3)', () => {
  const device = aDeviceRunning(subject(5));
  device.wish('second', subject(3));
  expect(device.state().update).toMatchObject({ stage: 'refused' });
  device.crash();
  expect(device.state().update).toMatchObject({ stage: 'refused', rollout: 'second' });
  expect(device.receipts()).toEqual([]);
});
