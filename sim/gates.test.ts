import { describe, expect, test } from 'vitest';
import { SCENARIOS } from './scenarios/index.ts';

const NODES = 1_000;
const SEED = 1;

/** What it must hold to while strangers besiege it; at 100 nodes, since every Sybil acts each two seconds. */
describe.each(['sybils', 'eclipse'])('100 nodes, seeds 1 to 3, %s (M14)', (name) => {
  test.each([1, 2, 3])('holds to its aims with seed %i', { timeout: 120_000 }, (seed) => {
    expect(missedAims(name, 100, seed)).toEqual([]);
  });
});

/** How many copies of an item a site's thin line carries; at 1,000 nodes with the seed that is the hardest of the first three (docs/simulator.md). */
describe('thin-uplink (G12 to G14)', () => {
  test.each([
    [100, 1],
    [100, 2],
    [100, 3],
    [1_000, 3],
  ])('%i nodes hold to its aims with seed %i', { timeout: 600_000 }, (nodes, seed) => {
    expect(missedAims('thin-uplink', nodes, seed)).toEqual([]);
  });
});

/** Devices that run releases, whatever is rolled out, taken back or cut off. */
describe.each(['rollout', 'rollout-crashes', 'rollout-withdrawn'])(
  '30 nodes, seed 1, %s (D1 to D12)',
  (name) => {
    test('holds to its aims', { timeout: 600_000 }, () => {
      expect(missedAims(name, 30, SEED)).toEqual([]);
    });
  },
);

describe('60 nodes, sybil-statements (M8)', () => {
  test('tens of thousands of made-up keys make nobody forget who is away', { timeout: 300_000 }, () => {
    expect(missedAims('sybil-statements', 60, SEED)).toEqual([]);
  });
});

/** What the overlay must hold to at 1,000 nodes: every aim of these scenarios is a gate. */
describe.each(['steady', 'join-storm', 'kill-50', 'kill-80', 'partition-heal'])(
  `${NODES} nodes, seed ${SEED}, %s`,
  (name) => {
    test('holds to its aims', { timeout: 600_000 }, () => {
      expect(missedAims(name, NODES, SEED)).toEqual([]);
    });
  },
);

function missedAims(scenario: string, nodes: number, seed: number) {
  const { aims } = SCENARIOS[scenario]!.run({ nodes, seed, progress: () => {} });
  return aims.filter(({ value, aim, direction }) => (direction === 'atMost' ? value > aim : value < aim));
}
