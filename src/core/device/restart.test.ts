import { describe, expect, test } from 'vitest';
import { FRESH_DEVICE } from './state.ts';
import {
  aDevice,
  aDeviceRunning,
  aDeviceTrying,
  beat,
  CALL,
  type Device,
  proveHealthy,
  subject,
} from './testing/device-on-disk.ts';

/** A device that runs release 2, with release 1 to fall back on. */
function aDeviceWithFallback(): Device {
  const device = aDeviceTrying(CALL);
  proveHealthy(device);
  return device;
}

const held = (device: Device) =>
  device.effects().flatMap((effect) => (effect.type === 'hold-release' ? [effect.release as string] : []));

/** The page hangs after it has run for so many seconds. */
function hang(device: Device, afterSeconds: number): void {
  device.tell({ type: 'page-started', page: '/' });
  device.tell({ type: 'release-loaded' });
  beat(device, afterSeconds);
  device.pass(10_000);
}

describe('a device that starts', () => {
  test('holds what its slots name, and its candidate once the wish stands (B8)', () => {
    const device = aDeviceWithFallback();
    device.crash();
    expect(held(device)).toEqual(['release-2', 'release-1']);
    device.wish('third', subject(3));
    device.complete(subject(3));
    device.crash();
    expect(held(device)).toEqual(['release-2', 'release-1', 'release-3']);
  });

  test('goes on with a trial at once, and does not count a bad start of the release that ran before', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    const { badStarts } = device.state();
    device.crash();
    expect(device.started()).toEqual(['release-2']);
    expect(device.state().badStarts).toBe(badStarts);
  });

  test('and was told meanwhile to run another runs what it ran while it fetches that', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.complete(subject(2));
    device.crash({ type: 'release', rollout: 'third' as never, subject: subject(3) });
    expect(device.started()).toEqual(['release-1']);
    expect(device.state().update).toMatchObject({ stage: 'fetching', rollout: 'third' });
  });

  test('with nothing in its slots shows the shell and starts nothing', () => {
    const device = aDevice();
    device.crash();
    expect(device.started()).toEqual([]);
    expect(device.state()).toEqual(FRESH_DEVICE);
  });

  test('with its slots lost takes again what set its floor, and nothing else of that number (D3)', () => {
    const floors = { menu: [{ counter: 9, release: subject(9).release }] };
    const device = aDevice({ ...FRESH_DEVICE, floors });
    device.wish('again', subject(9));
    expect(device.state().update.stage).toBe('fetching');
    device.wish('another', { ...subject(9), release: 'release-9b' as never });
    expect(device.state().update.stage).toBe('refused');
    device.wish('next', subject(10));
    expect(device.state().update.stage).toBe('fetching');
  });
});

describe('a bundle that fails', () => {
  test('on trial takes the release back', () => {
    const device = aDeviceTrying(CALL);
    device.failBundle(subject(2));
    expect(device.state().update).toMatchObject({ stage: 'rolled-back', reason: 'no peers' });
    expect(device.shows()).toBe('release-1');
  });

  test('fails nothing when it is another, or nothing is under way', () => {
    const device = aDeviceRunning(subject(1));
    device.failBundle(subject(1));
    expect(device.state().update.stage).toBe('committed');
    device.wish('second', subject(2));
    device.failBundle(subject(3));
    expect(device.state().update.stage).toBe('fetching');
    device.complete(subject(3));
    expect(device.state().update.stage).toBe('fetching');
  });

  test('of an update that a device left, before it knows whether the wish stands, changes nothing (K3)', () => {
    const device = aDeviceRunning(subject(1));
    device.wish('second', subject(2));
    device.crash({ type: 'unknown' });
    device.failBundle(subject(2));
    expect(device.state().update.stage).toBe('fetching');
  });
});

describe('bad starts (D8)', () => {
  test('that end in a hang before the start has settled count once each', () => {
    const device = aDeviceWithFallback();
    device.crash();
    hang(device, 1);
    hang(device, 1);
    expect(device.shows()).toBe('release-2');
    hang(device, 1);
    expect(device.shows()).toBe('release-1');
  });

  test('stay counted when another release is tried meanwhile', () => {
    const device = aDeviceWithFallback();
    hang(device, 5);
    beat(device, 5);
    device.tell({ type: 'release-loaded' });
    beat(device, 5);
    expect(device.state().badStarts).toBe(1);
    device.wish('third', subject(3));
    device.complete(subject(3));
    expect(device.state().badStarts).toBe(1);
  });

  test('give up a release with a receipt of its rollout, that says why', () => {
    const device = aDeviceWithFallback();
    for (let time = 0; time < 3; time++) hang(device, 5);
    expect(device.state().update).toMatchObject({
      stage: 'rolled-back',
      rollout: 'second',
      reason: 'it started badly 3 times',
    });
    expect(device.state()).toMatchObject({ running: subject(1), fallback: undefined });
  });

  test('say nothing of a rollout that was about another release', () => {
    const device = aDeviceWithFallback();
    device.wish('third', subject(3));
    device.failBundle(subject(3));
    for (let time = 0; time < 3; time++) hang(device, 5);
    expect(device.state()).toMatchObject({
      running: subject(1),
      update: { stage: 'failed', rollout: 'third', reason: 'no peers' },
    });
  });
});

test('a page that only throws, and never beats, hangs (D6)', () => {
  const device = aDeviceTrying({ type: 'call', withinMs: 600_000 });
  device.tell({ type: 'release-loaded' });
  for (let second = 0; second < 10; second++) {
    device.tell({ type: 'release-error', message: `error ${second}` });
    device.tell({ type: 'release-warning', message: `warning ${second}` });
    device.pass(1_000);
  }
  expect(device.state().update).toMatchObject({ reason: 'its page stopped responding for 10 s' });
});
