import { beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '../../adapters/loopback/clock.ts';
import { closeWhenLeft, LEFT_AFTER_MS } from './close-when-left.ts';

let clock: ManualClock;
let screen: EventTarget;
let closed: number;
let leave: () => void;

beforeEach(() => {
  clock = createManualClock();
  screen = new EventTarget();
  closed = 0;
  leave = closeWhenLeft({ events: screen, clock, close: () => closed++ });
});

const press = (key: string) => screen.dispatchEvent(Object.assign(new Event('keydown'), { key }));

describe('the details and the check of a public screen (C5)', () => {
  it('close when nobody has touched it for two minutes', async () => {
    await clock.advance(LEFT_AFTER_MS - 1);
    screen.dispatchEvent(new Event('pointerdown'));
    await clock.advance(LEFT_AFTER_MS - 1);
    press('Tab');
    await clock.advance(LEFT_AFTER_MS - 1);
    expect(closed).toBe(0);
    await clock.advance(1);
    expect(closed).toBe(1);
  });

  it('close at Escape, once', async () => {
    press('Escape');
    expect(closed).toBe(1);
    await clock.advance(2 * LEFT_AFTER_MS);
    expect(closed).toBe(1);
  });

  it('are not closed once somebody has gone from them', async () => {
    leave();
    press('Escape');
    await clock.advance(2 * LEFT_AFTER_MS);
    expect(closed).toBe(0);
  });
});
