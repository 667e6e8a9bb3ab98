import { expect, test } from 'vitest';
import type { NodeId } from '../wire/encoding/ids.ts';
import { createAntiEntropy } from './anti-entropy.ts';

const A = 'a' as NodeId;
const B = 'b' as NodeId;
const C = 'c' as NodeId;
const half = () => 0.5;

function withLinks(...peers: readonly NodeId[]) {
  const antiEntropy = createAntiEntropy();
  for (const peer of peers) antiEntropy.onLinkUp(peer);
  return antiEntropy;
}

test('who has what is missing is asked first, and once (R8)', () => {
  const antiEntropy = withLinks(A, B, C);
  expect(antiEntropy.need(C)).toMatchObject([{ timer: 'catch-up' }]);
  expect(antiEntropy.handleTimer('catch-up', 0, () => 0).peer).toBe(C);
  expect(antiEntropy.handleTimer('anti-entropy', 0, () => 0).peer).toBe(A);
});

test('what is needed several times before it is looked for is looked for once, and later again', () => {
  const antiEntropy = withLinks(A);
  expect(antiEntropy.need()).toHaveLength(1);
  expect(antiEntropy.need()).toEqual([]);
  antiEntropy.handleTimer('catch-up', 0, half);
  expect(antiEntropy.need()).toHaveLength(1);
});

test('one neighbour is asked twice at once and then once a minute, others meanwhile', () => {
  const antiEntropy = withLinks(A, B);
  const askedAt = (nowMs: number) => {
    antiEntropy.need();
    return antiEntropy.handleTimer('catch-up', nowMs, () => 0).peer;
  };
  expect([0, 0, 0, 0, 0].map(askedAt)).toEqual([A, A, B, B, undefined]);
  expect(askedAt(59_000)).toBeUndefined();
  expect(askedAt(60_000)).toBe(A);
});

test('while nobody can be asked it is tried again, and a link that went is no link', () => {
  const antiEntropy = withLinks(A);
  antiEntropy.need(A);
  antiEntropy.onLinkDown(A);
  const { peer, effects } = antiEntropy.handleTimer('catch-up', 0, half);
  expect(peer).toBeUndefined();
  expect(effects).toMatchObject([{ timer: 'catch-up' }]);
});

test('a seldom round sets the next one', () => {
  const antiEntropy = withLinks(A);
  expect(antiEntropy.start(half)).toMatchObject([{ timer: 'anti-entropy' }]);
  expect(antiEntropy.handleTimer('anti-entropy', 0, half)).toMatchObject({
    peer: A,
    effects: [{ timer: 'anti-entropy' }],
  });
});
