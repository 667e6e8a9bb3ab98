import { describe, expect, test } from 'vitest';
import type { DeviceEffect } from './input.ts';
import { createTimeWindow } from './time-window.ts';

function aWindow() {
  const effects: DeviceEffect[] = [];
  return { effects, window: createTimeWindow('verdict', (effect) => effects.push(effect)) };
}

describe('a time window (D11)', () => {
  test('is over when its timer fires about when it should', () => {
    for (const lateMs of [0, 1_999]) {
      const { window } = aWindow();
      window.open(5_000, 100);
      expect(window.isOver(5_100 + lateMs)).toBe(true);
    }
  });

  test('is opened once more, whole, when its timer came late', () => {
    const { window, effects } = aWindow();
    window.open(5_000, 0);
    expect(window.isOver(9_000)).toBe(false);
    expect(effects.at(-1)).toEqual({ type: 'schedule-timer', timer: 'verdict', delayMs: 5_000 });
    expect(window.isOver(30_000)).toBe(true);
  });

  test('that is opened anew has its second one again', () => {
    const { window } = aWindow();
    window.open(5_000, 0);
    expect(window.isOver(9_000)).toBe(false);
    window.open(5_000, 9_500);
    expect(window.isOver(30_000)).toBe(false);
  });

  test('is not over when nothing was opened, or it was closed, or it is over already', () => {
    const { window, effects } = aWindow();
    expect(window.isOver(0)).toBe(false);
    window.open(5_000, 0);
    window.close();
    expect(effects.at(-1)).toEqual({ type: 'cancel-timer', timer: 'verdict' });
    expect(window.isOver(5_000)).toBe(false);
    window.open(5_000, 0);
    expect(window.isOver(5_000)).toBe(true);
    expect(window.isOver(5_000)).toBe(false);
  });

  test('whose clock was set back is over with its timer', () => {
    const { window } = aWindow();
    window.open(5_000, 3_600_000);
    expect(window.isOver(5_000)).toBe(true);
  });
});
