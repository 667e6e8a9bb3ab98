import { expect, test } from 'vitest';
import { createInterfaceWatch } from './network-watch.ts';

test('a new address is told of once, and nothing after the watch ended', () => {
  let look = () => {};
  let addresses = '127.0.0.1';
  let cancelled = 0;
  const watch = createInterfaceWatch({
    addresses: () => addresses,
    clock: {
      nowMs: () => 0,
      monotonicMs: () => 0,
      schedule: (_, run) => {
        look = run;
        return () => cancelled++;
      },
    },
  });
  let changes = 0;
  const stop = watch.onChange(() => changes++);
  look();
  expect(changes).toBe(0);
  addresses = '127.0.0.1,192.0.2.7';
  look();
  look();
  expect(changes).toBe(1);
  stop();
  expect(cancelled).toBe(1);
});
