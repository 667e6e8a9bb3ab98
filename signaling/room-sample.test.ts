import { expect, test } from 'vitest';
import { sampleOfRoom } from './room-sample.ts';

const members = Array.from({ length: 1_000 }, (_, index) => index);

test('(S3) in a small room a newcomer is told of all', () => {
  expect(sampleOfRoom([1, 2, 3], 32, new Uint8Array(32))).toEqual([1, 2, 3]);
});

test('(S3) in a large room it is told of some from every part of it, in the order in which they joined', () => {
  const sample = sampleOfRoom(
    members,
    32,
    Uint8Array.from({ length: 32 }, (_, index) => (index * 151) % 256),
  );
  expect(sample).toHaveLength(32);
  expect(sample).toEqual([...new Set(sample)].sort((a, b) => a - b));
  expect(sample.map((member) => Math.floor((member * 32) / 1_000))).toEqual(
    Array.from({ length: 32 }, (_, part) => part),
  );
});

test('(S3) attackers who join last are no more of the sample than they are of the room', () => {
  const attackers = new Set(members.slice(-100));
  const sample = sampleOfRoom(members, 32, new Uint8Array(32).fill(128));
  expect(sample.filter((member) => attackers.has(member)).length).toBeLessThanOrEqual(4);
});

test('a nonce that is too short is refused', () => {
  expect(() => sampleOfRoom(members, 32, new Uint8Array(8))).toThrow(RangeError);
});
