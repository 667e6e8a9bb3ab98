import { describe, expect, test } from 'vitest';
import { DEFAULT_DEVICE_CONFIG, type DeviceConfig } from './device-config.ts';
import { aDevice, QUIET, subject } from './testing/device-on-disk.ts';

/** A device that tries a release which has to load, paint and be quiet. */
function aTrial(config: Partial<DeviceConfig>) {
  const device = aDevice(undefined, { ...DEFAULT_DEVICE_CONFIG, ...config });
  device.wish('first', subject(1, QUIET));
  device.complete(subject(1, QUIET));
  return { ...device, stage: () => device.state().update.stage };
}

describe('a device has the patience that it is set to', () => {
  test('with a page that does not load', () => {
    const device = aTrial({ startSilenceMs: 1_000 });
    device.pass(999);
    expect(device.stage()).toBe('probation');
    device.pass(1);
    expect(device.stage()).toBe('rolled-back');
  });

  test('with a page that loaded and sends no beat', () => {
    const device = aTrial({ silenceMs: 500 });
    device.tell({ type: 'release-loaded' });
    device.pass(500);
    expect(device.stage()).toBe('rolled-back');
  });

  test('with a page that does not paint', () => {
    const device = aTrial({ paintMs: 2_000 });
    device.pass(2_000);
    expect(device.stage()).toBe('rolled-back');
  });

  test('with starts that do not come through', () => {
    const device = aTrial({ maxStarts: 1 });
    device.crash();
    expect(device.stage()).toBe('rolled-back');
  });
});
