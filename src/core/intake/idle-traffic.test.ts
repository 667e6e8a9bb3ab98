import { expect, test } from 'vitest';
import { createIdleTraffic } from './idle-traffic.ts';

const MIB = 1024 * 1024;
const SECOND_MS = 1_000;

test('attack: 10,000 junk messages a second are too many within a second (M13)', () => {
  const idle = createIdleTraffic();
  let taken = 0;
  while (idle.message(taken / 10)) taken++;
  expect(taken).toBeGreaterThan(8_192);
  expect(taken).toBeLessThan(10_000);
});

test('100 messages a second, and bursts of 4,000 a minute apart, are not too many', () => {
  const idle = createIdleTraffic();
  const refused = Array.from({ length: 600 }, (_, second) =>
    Array.from({ length: second % 60 === 0 ? 4_000 : 100 }, () => idle.message(second * SECOND_MS)),
  )
    .flat()
    .filter((taken) => !taken);
  expect(refused).toEqual([]);
});

test('attack: what is known, sent again and again at 40 MiB a second, is too much within 8 s; once over is not (M13)', () => {
  const idle = createIdleTraffic();
  expect(idle.knownBytes(200 * MIB, 0)).toBe(true);
  const flooded = createIdleTraffic();
  let seconds = 0;
  while (flooded.knownBytes(40 * MIB, seconds * SECOND_MS)) seconds++;
  expect(seconds).toBeLessThan(8);
});

test('small items count by their bytes (M13)', () => {
  const idle = createIdleTraffic();
  let taken = 0;
  while (idle.knownBytes(100, 0)) taken++;
  expect(taken).toBeCloseTo((256 * MIB) / 100, -3);
});
