import { expect, test } from 'vitest';
import { createEventQueue } from './event-queue.ts';
import { createRandomSource } from './random.ts';

test('events come out by time, and those of one time in the order in which they were pushed', () => {
  const seed = 7;
  const random = createRandomSource(seed).stream('times');
  const queue = createEventQueue<{ timeMs: number; order: number }>();
  const pushed: { timeMs: number; order: number }[] = [];
  const popped: { timeMs: number; order: number }[] = [];
  for (let order = 0; order < 5_000; order++) {
    const event = { timeMs: Math.floor(random() * 50), order };
    pushed.push(event);
    queue.push(event.timeMs, event);
  }
  while (queue.size > 0) {
    const timeMs = queue.nextTimeMs();
    const event = queue.pop()!;
    expect(event.timeMs).toBe(timeMs);
    popped.push(event);
  }
  expect(popped).toEqual(pushed.sort((a, b) => a.timeMs - b.timeMs || a.order - b.order));
  expect(queue.nextTimeMs()).toBe(Number.POSITIVE_INFINITY);
  expect(queue.pop()).toBeUndefined();
});

test('pushes between pops keep the order', () => {
  const queue = createEventQueue<string>();
  queue.push(5, 'e');
  queue.push(1, 'a');
  expect(queue.pop()).toBe('a');
  queue.push(2, 'b');
  queue.push(2, 'c');
  queue.push(2, 'd');
  expect([queue.pop(), queue.pop(), queue.pop(), queue.pop()]).toEqual(['b', 'c', 'd', 'e']);
});
