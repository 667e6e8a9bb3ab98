import { phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { standingFleet } from './standing-fleet.ts';

/** Until ends of links that went over a relay have noticed that it is gone. */
const NOTICED_MS = 120_000;
const WITHOUT_MS = 1_200_000;

export const earlyCut: Scenario = {
  description:
    'All signaling servers and relays go for good two minutes after the fleet came; no link breaks for another reason',
  run: (options) => {
    const fleet = standingFleet(options);
    const { simulation, network, server } = fleet;
    server.setUp(false);
    network.setRelaysUp(false);
    const linked = () => fleet.alive().filter((node) => network.linksOf(node).size > 0);
    const noticed = phase(fleet, 'until the cut is noticed', () => {
      simulation.runUntil(simulation.nowMs + NOTICED_MS);
      return undefined;
    });
    const hadLinks = linked();
    const without = phase(fleet, '20 min without servers', () => {
      simulation.runUntil(simulation.nowMs + WITHOUT_MS);
      return undefined;
    });
    const haveLinks = new Set(linked());
    const leftAlone = hadLinks.filter((node) => !haveLinks.has(node)).length;
    return outcomeOf(
      fleet,
      [noticed.row, { ...without.row, leftAlone }],
      [
        // Nobody carries the signals of a node without a link: it stays alone until a server is back.
        {
          name: 'nodes that had links after the cut and lost the last',
          value: leftAlone,
          unit: '',
          aim: 0,
          direction: 'atMost',
        },
      ],
    );
  },
};
