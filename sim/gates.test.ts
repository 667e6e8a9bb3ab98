import { describe, expect, test } from 'vitest';
import { SCENARIOS } from './scenarios/index.ts';

const NODES = 1_000;
const SEED = 1;

/** Where a gate is wider than the scenario's aim. */
const WIDER: Readonly<Record<string, number>> = {
  // Lines of different length and links that still move cost a hop or two.
  'last hop beyond breadth-first depth, half the items, no loss': 4,
  // The half without a server may lose a site of few nodes while its views are mended.
  'components while split': 3,
};

/** What the overlay must hold to at 1,000 nodes: every aim of these scenarios is a gate. */
describe.each(['steady', 'join-storm', 'kill-50', 'kill-80', 'partition-heal'])(
  `${NODES} nodes, seed ${SEED}, %s`,
  (name) => {
    test('holds to its aims', { timeout: 600_000 }, () => {
      const { aims } = SCENARIOS[name]!.run({ nodes: NODES, seed: SEED, progress: () => {} });
      const missed = aims.filter(({ name, value, aim, direction }) =>
        direction === 'atMost' ? value > (WIDER[name] ?? aim) : value < aim,
      );
      expect(missed).toEqual([]);
    });
  },
);
