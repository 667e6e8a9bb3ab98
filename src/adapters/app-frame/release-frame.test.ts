import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createDataCopyStore } from '../idb/data-copy-store.ts';
import { createReleaseFrame } from './release-frame.ts';

beforeEach(() => vi.stubGlobal('location', { origin: 'https://till:4400' }));
afterEach(() => vi.unstubAllGlobals());

it.each(['https://till:4400', 'https://till:4401/', 'https://till:4401/app', 'till:4401', ''])(
  'refuses to run releases on %j',
  (appOrigin) => {
    const container = {} as HTMLElement;
    const clock = { nowMs: () => 0, monotonicMs: () => 0, schedule: () => () => {} };
    const reloadOnce = { isLeft: false, reload() {}, restore() {} };
    const usageBytes = async () => 0;
    const copies = createDataCopyStore('none is opened');
    const deps = { appOrigin, container, clock, reloadOnce, copies, usageBytes };
    expect(() => createReleaseFrame(deps)).toThrow(RangeError);
  },
);
