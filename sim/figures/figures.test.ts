import { expect, test } from 'vitest';
import { createBroadcasts, relativeMessageRedundancy } from './broadcasts.ts';
import { quantile } from './distribution.ts';
import { componentsOf, depthFrom, graphOf } from './graph.ts';

test('components and breadth-first depth of links that both ends see', () => {
  const links: Record<number, number[]> = { 0: [1], 1: [0, 2], 2: [1, 3], 3: [2], 4: [3], 5: [] };
  const graph = graphOf([0, 1, 2, 3, 4, 5], (node) => new Set(links[node]!));
  expect(componentsOf(graph).map(({ length }) => length)).toEqual([4, 1, 1]);
  expect(depthFrom(graph, 0)).toBe(3);
  expect(depthFrom(graph, 1)).toBe(2);
});

test('redundancy is 0 when each node gets a payload once, and 1 when each gets it twice (Plumtree, section 4)', () => {
  const broadcasts = createBroadcasts(4);
  const once = broadcasts.sent('once', 0, 0);
  const twice = broadcasts.sent('twice', 0, 0);
  for (const node of [1, 2, 3]) {
    broadcasts.received('once', node, node, 10 * node);
    broadcasts.received('twice', node, 1, 5);
    broadcasts.received('twice', node, 7, 9);
  }
  expect(relativeMessageRedundancy([once])).toBe(0);
  expect(relativeMessageRedundancy([twice])).toBe(1);
  expect([once.lastDeliveryHop, twice.lastDeliveryHop]).toEqual([3, 1]);
  expect([once.delayMs(3), twice.delayMs(3), once.delayMs(0)]).toEqual([30, 5, 0]);
});

test('what reconciliation brings is delivered, and is no payload', () => {
  const broadcasts = createBroadcasts(3);
  const item = broadcasts.sent('item', 0, 0);
  broadcasts.repaired('item', 1, 50);
  broadcasts.repaired('item', 1, 60);
  expect([item.has(1), item.has(2), item.repaired, item.payloadsReceived]).toEqual([true, false, 1, 0]);
  broadcasts.received('item', 2, 1, 70);
  expect(relativeMessageRedundancy([item])).toBe(0);
});

test('quantiles are values that were there', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
  expect(quantile([4, 1, 3, 2], 1)).toBe(4);
  expect(quantile([4, 1, 3, 2], 0)).toBe(1);
  expect(quantile([], 0.5)).toBe(0);
});
