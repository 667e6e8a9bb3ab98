import { pick, type Random } from '../engine/random.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { NodeIndex } from '../network/topology.ts';

/**
 * Nodes that restarted while no server is there. A browser that has no link has nobody to carry a signal, whomever it remembers: it
 * waits until somebody links it by hand with a node of its site (S16), or until a server is back.
 */
export interface Stranded {
  /** The node loses power, and starts again two minutes later; about half of those are linked by hand after a while. */
  restart(node: NodeIndex): void;
  everRestarted(node: NodeIndex): boolean;
  /** It lives, and nobody has linked it since it came back. */
  waits(node: NodeIndex): boolean;
  /** Living nodes that were linked by hand before this time, and have not restarted since. */
  linkedByHandBefore(timeMs: number): readonly NodeIndex[];
}

const OFF_MS = 120_000;
/** A guess: until somebody who is there links it. */
const HAND_MS = 1_200_000;
const LINKED_BY_HAND = 0.5;

export function createStranded(fleet: Fleet, random: Random): Stranded {
  const { simulation, network, topology } = fleet;
  const restarted = new Set<NodeIndex>();
  const waiting = new Set<NodeIndex>();
  const linkedAtMs = new Map<NodeIndex, number>();

  const linkByHand = (node: NodeIndex) => {
    const helpers = fleet
      .alive()
      .filter(
        (other) =>
          topology.siteOf[other] === topology.siteOf[node] &&
          !waiting.has(other) &&
          network.linksOf(other).size > 0,
      );
    if (helpers.length === 0) return;
    waiting.delete(node);
    linkedAtMs.set(node, simulation.nowMs);
    network.establish(node, pick(helpers, random), 'lan');
  };

  return {
    restart: (node) => {
      fleet.crash(node);
      restarted.add(node);
      waiting.delete(node);
      linkedAtMs.delete(node);
      simulation.schedule(OFF_MS, () => {
        fleet.start(node);
        waiting.add(node);
        const life = fleet.lifeOf(node);
        if (random() < LINKED_BY_HAND)
          simulation.schedule(HAND_MS, () => {
            if (network.isAlive(node) && fleet.lifeOf(node) === life) linkByHand(node);
          });
      });
    },
    everRestarted: (node) => restarted.has(node),
    waits: (node) => waiting.has(node),
    linkedByHandBefore: (timeMs) =>
      [...linkedAtMs].flatMap(([node, atMs]) => (atMs < timeMs && network.isAlive(node) ? node : [])),
  };
}
