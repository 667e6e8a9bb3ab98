import { describe, expect, test } from 'vitest';
import { aDevice, aDeviceRunning, type Device, proveHealthy, subject } from './testing/device-on-disk.ts';

/** A device that was taken through a commit, a rollback and a refusal. */
function aLongLife(): Device {
  const device = aDevice();
  for (const counter of [1, 3]) {
    device.wish(`rollout ${counter}`, subject(counter));
    device.complete(subject(counter));
    proveHealthy(device);
  }
  device.wish('rollout of old', subject(2));
  device.wish('rollout 4', subject(4));
  device.complete(subject(4));
  device.pass(40_000);
  return device;
}

describe('what a device does stands on its disk before it does it (D1)', () => {
  test('a receipt tells a stage that was kept before', () => {
    const effects = aLongLife().effects();
    let kept: unknown;
    let told = 0;
    for (const effect of effects) {
      if (effect.type === 'persist-device') kept = effect.state.update;
      if (effect.type !== 'publish-receipt') continue;
      told++;
      expect(kept).toBe(effect.update);
    }
    expect(told).toBeGreaterThan(10);
  });

  test('a start of the running release is counted before it is tried, so that one that kills the machine counts', () => {
    const device = aDeviceRunning(subject(1));
    device.crash();
    const [counted, started] = ['persist-device', 'run-release'].map((type) =>
      device.effects().findIndex((effect) => effect.type === type),
    );
    expect(device.disk().badStarts).toBe(1);
    expect(counted).toBeGreaterThan(-1);
    expect(counted).toBeLessThan(started!);
  });
});

test('bad starts are the running release’s own: one that is committed begins at none (D8)', () => {
  const device = aDeviceRunning(subject(1));
  device.crash();
  device.crash();
  device.wish('second', subject(2));
  device.complete(subject(2));
  proveHealthy(device);
  expect(device.disk()).toMatchObject({ running: subject(2), badStarts: 0 });
});

test('a release of another product leaves the floor of the first: what is below it stays refused (D3)', () => {
  const other = { ...subject(1), product: 'till', release: 'till-1' as never };
  const device = aDeviceRunning(subject(2));
  device.wish('other', other);
  device.complete(other);
  proveHealthy(device);
  expect(device.state().running).toEqual(other);
  device.wish('old', subject(1));
  expect(device.state().update).toMatchObject({ stage: 'refused' });
});
