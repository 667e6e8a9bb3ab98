import { expect, test } from 'vitest';
import { sampleOfRoom } from './room-sample.ts';

const members = Array.from({ length: 1_000 }, (_, index) => index);

test('(S3) in a small room a newcomer is told of all', () => {
  expect(sampleOfRoom([1, 2, 3], [2], 32, new Uint8Array(32))).toEqual([1, 2, 3]);
});

test('(S3) in a large room it is told of some from every part of it, in the order in which they joined', () => {
  const sample = sampleOfRoom(
    members,
    [],
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
  const sample = sampleOfRoom(members, [], 32, new Uint8Array(32).fill(128));
  expect(sample.filter((member) => attackers.has(member)).length).toBeLessThanOrEqual(4);
});

test('(S3) up to 8 of those that share its address are among them, the rest from every part of the room', () => {
  const nonce = Uint8Array.from({ length: 32 }, (_, index) => (index * 151) % 256);
  const shop = members.slice(500, 504);
  const few = sampleOfRoom(members, shop, 32, nonce);
  expect(few).toEqual(expect.arrayContaining(shop));
  expect(few).toEqual([...new Set(few)].sort((a, b) => a - b));
  expect(few.length).toBeGreaterThan(28);
  expect(few.length).toBeLessThanOrEqual(32);
});

test('(S3) attackers who share a newcomer’s address are at most a quarter of those that it is told of', () => {
  const attackers = members.slice(-100);
  const nonce = new Uint8Array(32).fill(7);
  const sample = sampleOfRoom(members, attackers, 32, nonce);
  const byChance = sampleOfRoom(members, [], 24, nonce.subarray(8)).filter((member) =>
    attackers.includes(member),
  );
  expect(sample.filter((member) => attackers.includes(member)).length).toBeLessThanOrEqual(
    8 + byChance.length,
  );
  expect(sample.filter((member) => !attackers.includes(member)).length).toBeGreaterThanOrEqual(20);
});

test('a nonce that is too short is refused', () => {
  expect(() => sampleOfRoom(members, [], 32, new Uint8Array(8))).toThrow(RangeError);
});
