import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FrameFact } from './input.ts';
import { aDevice, aDeviceRunning, type Device, proveHealthy, subject } from './testing/device-on-disk.ts';

const MINUTE = 60_000;

/** Its page said that it is busy for so long. */
function aBusyDevice(forMs: number): Device {
  const device = aDeviceRunning(subject(1));
  device.tell({ type: 'release-loaded' });
  device.boundBusy(30 * MINUTE);
  device.tell({ type: 'release-busy', forMs });
  return device;
}

function wishSecond(device: Device): void {
  device.wish('second', subject(2));
  device.complete(subject(2));
}

/** Beats, so that nothing is started again for its silence. */
function pass(device: Device, ms: number): void {
  for (let left = ms; left > 0; left -= 5_000) {
    device.tell({ type: 'release-beat' });
    device.pass(Math.min(5_000, left));
  }
}

describe('a busy release (D14)', () => {
  test('holds up the switch to another until its time is over', () => {
    const device = aBusyDevice(10 * MINUTE);
    wishSecond(device);
    expect(device.state().update.stage).toBe('armed');
    expect(device.hold().waitsUntilMs()).toBe(device.nowMs() + 10 * MINUTE);
    pass(device, 10 * MINUTE - 1);
    expect(device.shows()).toBe('release-1');
    pass(device, 1);
    expect(device.shows()).toBe('release-2');
    expect(device.hold().waitsUntilMs()).toBeUndefined();
  });

  test('lets it through at once when it says that it is done', () => {
    const device = aBusyDevice(10 * MINUTE);
    wishSecond(device);
    device.tell({ type: 'release-busy', forMs: 0 });
    expect(device.shows()).toBe('release-2');
  });

  test('that is busy for ever is switched when the operator’s bound is over, counted from when the switch was due', () => {
    const device = aBusyDevice(MINUTE);
    const stayBusy = (ms: number) => {
      for (let left = ms; left > 0; left -= 5_000) {
        device.tell({ type: 'release-busy', forMs: MINUTE });
        pass(device, 5_000);
      }
    };
    stayBusy(60 * MINUTE);
    wishSecond(device);
    stayBusy(29 * MINUTE);
    expect(device.shows()).toBe('release-1');
    stayBusy(MINUTE);
    expect(device.shows()).toBe('release-2');
  });

  test('gains no time by another wish in place of the one that waits', () => {
    const device = aBusyDevice(60 * MINUTE);
    wishSecond(device);
    pass(device, 20 * MINUTE);
    device.wish('third', subject(3));
    device.complete(subject(3));
    expect(device.state().update).toMatchObject({ stage: 'armed', rollout: 'third' });
    pass(device, 10 * MINUTE);
    expect(device.shows()).toBe('release-3');
  });

  test('waits no longer when the operator lowers the bound meanwhile', () => {
    const device = aBusyDevice(20 * MINUTE);
    wishSecond(device);
    pass(device, 5 * MINUTE);
    device.boundBusy(5 * MINUTE);
    expect(device.shows()).toBe('release-2');
  });

  test('holds up nothing where the operator bears no wait', () => {
    const device = aBusyDevice(20 * MINUTE);
    device.boundBusy(0);
    wishSecond(device);
    expect(device.shows()).toBe('release-2');
  });

  test.each<[string, (device: Device) => void]>([
    ['is loaded anew', (device) => device.tell({ type: 'page-started', page: '/' })],
    ['cannot be shown', (device) => device.tell({ type: 'frame-failed', reason: 'gone' })],
    ['falls silent', (device) => device.pass(10_000)],
  ])('loses its time when its page %s', (_, happens) => {
    const device = aBusyDevice(20 * MINUTE);
    wishSecond(device);
    expect(device.shows()).toBe('release-1');
    happens(device);
    expect(device.shows()).toBe('release-2');
  });

  test('holds up no wish that is taken back: what waited is dropped, and no timer of it is left', () => {
    const device = aBusyDevice(20 * MINUTE);
    wishSecond(device);
    device.withdraw();
    expect(device.state().update.stage).toBe('withdrawn');
    expect(device.armed('hold')).toBe(false);
    pass(device, 30 * MINUTE);
    expect(device.shows()).toBe('release-1');
  });

  test('that is on trial itself holds up nothing: it is taken back when its wish is', () => {
    const device = aDeviceRunning(subject(1));
    wishSecond(device);
    device.tell({ type: 'release-busy', forMs: 20 * MINUTE });
    device.withdraw();
    expect(device.shows()).toBe('release-1');
  });

  test('was busy on trial and is so after its commit', () => {
    const device = aDeviceRunning(subject(1));
    wishSecond(device);
    device.tell({ type: 'page-started', page: '/' });
    device.tell({ type: 'release-busy', forMs: 20 * MINUTE });
    for (const type of ['release-loaded', 'release-healthy', 'release-beat'] as const) device.tell({ type });
    device.wish('third', subject(3));
    device.complete(subject(3));
    expect(device.shows()).toBe('release-2');
  });

  test('holds up a reload as long as a switch', () => {
    const device = aBusyDevice(60 * MINUTE);
    const nowMs = device.nowMs();
    expect(device.hold().heldUntilMs(nowMs, nowMs)).toBe(nowMs + 30 * MINUTE);
    expect(device.hold().heldUntilMs(nowMs - 30 * MINUTE, nowMs)).toBeUndefined();
  });

  test('that waited when the device stopped waits no more at its next start, where the page is another', () => {
    const device = aBusyDevice(20 * MINUTE);
    wishSecond(device);
    device.crash();
    device.complete(subject(2));
    expect(device.shows()).toBe('release-2');
  });
});

test('whatever a release says, an armed candidate is shown within the bound, and one that waits has its timer (D14)', () => {
  const BOUND = 10 * MINUTE;
  const facts = fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .integer({ min: 0, max: 40 * MINUTE })
        .map((forMs): FrameFact => ({ type: 'release-busy', forMs })),
    },
    fc.constantFrom<FrameFact>(
      { type: 'page-started', page: '/' },
      { type: 'release-loaded' },
      { type: 'release-unhealthy', reason: 'x' },
      { type: 'frame-failed', reason: 'x' },
    ),
  );
  const steps = fc.oneof(
    { weight: 5, arbitrary: facts.map((fact) => ({ type: 'fact' as const, fact })) },
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 9_000 }).map((ms) => ({ type: 'pass' as const, ms })) },
    {
      weight: 2,
      arbitrary: fc.integer({ min: 1, max: 4 }).map((counter) => ({ type: 'wish' as const, counter })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('stray' as const, 'withdraw' as const, 'crash' as const)
        .map((type) => ({ type })),
    },
  );
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), (history) => {
      const device = aDevice();
      device.wish('first', subject(1));
      device.complete(subject(1));
      proveHealthy(device);
      device.boundBusy(BOUND);
      let armedSinceMs: number | undefined;
      let rollouts = 0;
      for (const step of history) {
        device.tell({ type: 'release-beat' });
        if (step.type === 'fact') device.tell(step.fact);
        else if (step.type === 'pass') device.pass(step.ms);
        else if (step.type === 'stray') device.stray('hold');
        else if (step.type === 'withdraw') device.withdraw();
        else if (step.type === 'crash') device.crash();
        else if (step.type === 'wish') {
          device.wish(`rollout ${rollouts++}`, subject(step.counter));
          device.complete(subject(step.counter));
        }
        const isArmed = device.state().update.stage === 'armed';
        armedSinceMs = isArmed ? (armedSinceMs ?? device.nowMs()) : undefined;
        expect(device.armed('hold'), 'a timer while it waits, and only then').toBe(isArmed);
        expect(device.hold().waitsUntilMs() !== undefined).toBe(isArmed);
        if (armedSinceMs !== undefined) {
          expect(device.nowMs() - armedSinceMs).toBeLessThan(BOUND);
          expect(device.hold().waitsUntilMs()).toBeLessThanOrEqual(armedSinceMs + BOUND);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
