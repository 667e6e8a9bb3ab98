import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createReleaseFrame } from './release-frame.ts';

beforeEach(() => vi.stubGlobal('location', { origin: 'https://till:4400' }));
afterEach(() => vi.unstubAllGlobals());

it.each(['https://till:4400', 'https://till:4401/', 'https://till:4401/app', 'till:4401', ''])(
  'refuses to run releases on %j',
  (appOrigin) => {
    const container = {} as HTMLElement;
    const clock = { nowMs: () => 0, monotonicMs: () => 0, schedule: () => () => {} };
    const reloadOnce = { isLeft: false, reload() {}, restore() {} };
    expect(() => createReleaseFrame({ appOrigin, container, clock, reloadOnce })).toThrow(RangeError);
  },
);
