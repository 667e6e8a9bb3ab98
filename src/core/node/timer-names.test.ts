import { expect, test } from 'vitest';
import { DEVICE_TIMERS } from '../device/input.ts';
import { OVERLAY_TIMERS } from '../overlay/input.ts';
import { OWN_TIMERS } from './input.ts';

test('no two machines of a node have a timer of the same name, or one would get what fires for the other', () => {
  const names = [...OWN_TIMERS, ...OVERLAY_TIMERS, ...DEVICE_TIMERS];
  expect(new Set(names).size).toBe(names.length);
});
