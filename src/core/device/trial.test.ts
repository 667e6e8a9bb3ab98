import { describe, expect, test } from 'vitest';
import type { HealthRule } from '../wire/entry/release.ts';
import type { FrameFact } from './input.ts';
import { aDevice, aDeviceTrying, beat, CALL, type Device, QUIET, subject } from './testing/device-on-disk.ts';

const LOADED: FrameFact = { type: 'release-loaded' };
const PAINTED: FrameFact = { type: 'release-painted' };
const HEALTHY: FrameFact = { type: 'release-healthy' };
const BEAT: FrameFact = { type: 'release-beat' };
const STARTED: FrameFact = { type: 'page-started', page: '/' };

const tellAll = (device: Device, ...facts: readonly FrameFact[]) => {
  for (const fact of facts) device.tell(fact);
};

describe('a trial ends well (D5)', () => {
  test('under the call rule with the call and a beat after it, however the page throws', () => {
    const device = aDeviceTrying(CALL);
    tellAll(device, { type: 'release-error', message: 'no printer' }, LOADED, HEALTHY);
    expect(device.state().update.stage).toBe('probation');
    device.tell(BEAT);
    expect(device.state().update.stage).toBe('committed');
    expect(device.warnings()).toEqual({ total: 1, kinds: [{ text: 'no printer', count: 1 }] });
  });

  test('under the quiet rule after load, paint, the time without an error, and a beat after that', () => {
    const device = aDeviceTrying(QUIET);
    device.tell(LOADED);
    beat(device, 3);
    device.tell(PAINTED);
    device.pass(999);
    device.tell(BEAT);
    expect(device.state().update.stage).toBe('probation');
    device.pass(1);
    expect(device.state().update.stage).toBe('probation');
    device.tell(BEAT);
    expect(device.state().update.stage).toBe('committed');
  });

  test('under the quiet rule not by the call', () => {
    const device = aDeviceTrying(QUIET);
    tellAll(device, HEALTHY, BEAT);
    expect(device.state().update.stage).toBe('probation');
  });

  test('though its page is busy for long before it has loaded', () => {
    const device = aDeviceTrying({ type: 'call', withinMs: 60_000 });
    device.tell(BEAT);
    device.pass(29_000);
    tellAll(device, LOADED, HEALTHY, BEAT);
    expect(device.state().update.stage).toBe('committed');
  });

  test('with its warnings counted by their text, the first kinds of them, cut to their bound', () => {
    const device = aDeviceTrying(CALL);
    for (const message of ['a', 'b', 'a', 'c', 'x'.repeat(500), 'd', 'a'])
      device.tell({ type: 'release-warning', message });
    tellAll(device, HEALTHY, BEAT);
    expect(device.warnings()).toEqual({
      total: 7,
      kinds: [
        { text: 'a', count: 3 },
        { text: 'b', count: 1 },
        { text: 'c', count: 1 },
        { text: 'x'.repeat(120), count: 1 },
      ],
    });
  });

  test('whatever harmless notices come meanwhile', () => {
    for (const health of [CALL, QUIET]) {
      const device = aDeviceTrying(health);
      device.tell({ type: 'release-warning', message: 'ResizeObserver loop completed' });
      tellAll(device, LOADED, PAINTED, HEALTHY);
      device.pass(1_000);
      device.tell(BEAT);
      expect(device.state().update.stage).toBe('committed');
    }
  });
});

describe('a trial is taken back, with the reason, and the release before runs again (D6)', () => {
  const CASES: readonly [string, HealthRule, (device: Device) => void, string | RegExp][] = [
    [
      'it throws under the quiet rule',
      QUIET,
      (device) => device.tell({ type: 'release-error', message: 'boom' }),
      'it threw an error: boom',
    ],
    [
      'it throws in the last moment of its quiet time',
      QUIET,
      (device) => {
        tellAll(device, LOADED, PAINTED);
        device.pass(1_000);
        device.tell({ type: 'release-error', message: 'boom' });
        device.tell(BEAT);
      },
      'it threw an error: boom',
    ],
    [
      'it never calls healthy',
      CALL,
      (device) => {
        device.tell({ type: 'release-error', message: 'no printer' });
        device.tell({ type: 'release-error', message: 'no till' });
        beat(device, 1);
      },
      'it did not call healthy() within 1 s; its first error was: no printer',
    ],
    ['it never loads', QUIET, (device) => beat(device, 30), 'it did not load within 30 s'],
    [
      'it never paints',
      QUIET,
      (device) => {
        device.tell(LOADED);
        beat(device, 30);
      },
      'it did not paint within 30 s',
    ],
    [
      'it hangs before it has loaded',
      { type: 'call', withinMs: 600_000 },
      (device) => device.pass(30_000),
      'its page stopped responding for 30 s',
    ],
    [
      'it hangs right after it called healthy',
      { type: 'call', withinMs: 60_000 },
      (device) => {
        tellAll(device, LOADED, BEAT, HEALTHY);
        device.pass(10_000);
        device.tell(BEAT);
      },
      'its page stopped responding for 10 s',
    ],
    [
      'it hangs from 1.5 s on, for as long as the quiet time lasts',
      { type: 'quiet', forMs: 10_000 },
      (device) => {
        tellAll(device, LOADED, PAINTED);
        beat(device, 1);
        device.pass(60_000);
      },
      'its page stopped responding for 10 s',
    ],
    [
      'its first page begins again and again',
      { type: 'call', withinMs: 60_000 },
      (device) => {
        for (let load = 0; load < 3; load++) tellAll(device, STARTED, LOADED, HEALTHY);
      },
      'its first page began 4 times: it loads itself again and again',
    ],
    [
      'its first page begins again within its quiet time, each time',
      { type: 'quiet', forMs: 10_000 },
      (device) => {
        for (let load = 0; load < 3; load++) {
          tellAll(device, LOADED, PAINTED);
          beat(device, 9);
          device.tell(STARTED);
        }
      },
      'its first page began 4 times: it loads itself again and again',
    ],
    [
      'its frame cannot start',
      CALL,
      (device) => device.tell({ type: 'frame-failed', reason: 'no app origin' }),
      'no app origin',
    ],
  ];

  test.each(CASES)('%s', (_, health, happen, reason) => {
    const device = aDeviceTrying(health);
    happen(device);
    expect(device.state().update).toMatchObject({ stage: 'rolled-back', reason });
    expect(device.state()).toMatchObject({ running: subject(1), floors: { menu: [{ counter: 1 }] } });
    expect(device.shows()).toBe('release-1');
  });

  test('with its warnings', () => {
    const device = aDeviceTrying(CALL);
    device.tell({ type: 'release-warning', message: 'It may not reach https://tags.example/' });
    device.pass(1_000);
    expect(device.receipts().at(-1)).toBe('rolled-back');
    expect(device.warnings()?.total).toBe(1);
  });

  test('on a device that ran nothing, the shell itself shows', () => {
    const device = aDevice();
    device.wish('first', subject(1, QUIET));
    device.complete(subject(1, QUIET));
    device.tell({ type: 'release-error', message: 'boom' });
    expect(device.state().update.stage).toBe('rolled-back');
    expect(device.shows()).toBeUndefined();
  });
});

describe('a page that begins again', () => {
  test('once or twice, or at another address, is no loop', () => {
    const device = aDeviceTrying(CALL);
    for (const page of ['/login', '/', '/menu', '/', '/menu', '/menu', '/menu'])
      device.tell({ type: 'page-started', page });
    tellAll(device, HEALTHY, BEAT);
    expect(device.state().update.stage).toBe('committed');
  });

  test('has to show itself anew: what the one before said counts for nothing', () => {
    const called = aDeviceTrying(CALL);
    tellAll(called, HEALTHY, STARTED, BEAT);
    expect(called.state().update.stage).toBe('probation');
    const quiet = aDeviceTrying(QUIET);
    tellAll(quiet, LOADED, PAINTED);
    quiet.pass(1_000);
    tellAll(quiet, STARTED, LOADED);
    beat(quiet, 2);
    expect(quiet.state().update.stage).toBe('probation');
    quiet.tell(PAINTED);
    beat(quiet, 1);
    expect(quiet.state().update.stage).toBe('committed');
  });

  test('and never shows itself is taken back', () => {
    const device = aDeviceTrying(QUIET);
    tellAll(device, LOADED, PAINTED, STARTED, LOADED);
    beat(device, 30);
    expect(device.state().update).toMatchObject({ reason: 'it did not paint within 30 s' });
  });

  test('at another address does not prolong the quiet time', () => {
    const device = aDeviceTrying(QUIET);
    tellAll(device, LOADED, PAINTED);
    device.pass(900);
    tellAll(device, { type: 'page-started', page: '/menu' }, LOADED, PAINTED);
    device.pass(100);
    device.tell(BEAT);
    expect(device.state().update.stage).toBe('committed');
  });
});

describe('a machine that stood still for 20 s in a trial (D11)', () => {
  test('gives the release its time once more', () => {
    for (const health of [CALL, { type: 'quiet', forMs: 10_000 } as const]) {
      const device = aDeviceTrying(health);
      tellAll(device, LOADED, PAINTED, BEAT);
      device.standStill(20_000);
      expect(device.state().update.stage).toBe('probation');
      device.tell(HEALTHY);
      beat(device, 11);
      expect(device.state().update.stage).toBe('committed');
    }
  });

  test('does so once: whoever says nothing after that is taken back', () => {
    const device = aDeviceTrying({ type: 'call', withinMs: 600_000 });
    tellAll(device, LOADED, BEAT);
    device.standStill(20_000);
    expect(device.state().update.stage).toBe('probation');
    device.standStill(20_000);
    expect(device.state().update.stage).toBe('rolled-back');
  });

  test('does not hold it against the running release either', () => {
    const device = aDeviceTrying(CALL);
    tellAll(device, LOADED, HEALTHY, BEAT);
    const run = device.run();
    device.standStill(20_000);
    device.tell(BEAT);
    beat(device, 20);
    expect(device.run()).toBe(run);
  });
});

test('what an earlier run says is not heard as the word of this one (D11)', () => {
  const device = aDeviceTrying(CALL);
  const earlier = device.run();
  device.wish('third', subject(3));
  device.complete(subject(3));
  expect(device.shows()).toBe('release-3');
  for (const fact of [HEALTHY, BEAT, { type: 'frame-failed', reason: 'late' } as const])
    device.tell(fact, earlier);
  expect(device.state().update).toMatchObject({ stage: 'probation', rollout: 'third' });
});
