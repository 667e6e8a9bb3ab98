import { pick } from '../engine/random.ts';
import { sendSeries } from '../figures/delivery.ts';
import { componentsOf } from '../figures/graph.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { anySender, phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { standingFleet } from './standing-fleet.ts';

const HOUR_MS = 3_600_000;
/** A guess: a link lives so long until a NAT, a cable or a browser ends it. */
const LINK_LIFE_MS = HOUR_MS;
/** A day of 10,000 nodes takes hours to simulate; of so many it is one hour. */
const A_DAY_UP_TO = 1_000;
/** Share of the nodes that go for good until the end. */
const LEAVING = 0.1;

export const noSignaling: Scenario = {
  description:
    'All signaling servers and relays are gone for a day (an hour above 1,000 nodes), links break once an hour, a tenth of the nodes leaves',
  run: (options) => {
    const fleet = standingFleet(options);
    const { simulation } = fleet;
    const random = fleet.random.stream('what breaks, who leaves');
    const sending = fleet.random.stream('senders');
    const hours = options.nodes > A_DAY_UP_TO ? 1 : 24;
    fleet.server.setUp(false);
    fleet.network.setRelaysUp(false);
    const breakLinks = () => {
      for (const node of fleet.alive())
        for (const peer of fleet.network.linksOf(node).keys())
          if (node < peer && random() < BREAK_STEP_MS / LINK_LIFE_MS) fleet.network.breakLink(node, peer);
      simulation.schedule(BREAK_STEP_MS, breakLinks);
    };
    simulation.schedule(BREAK_STEP_MS, breakLinks);
    const leave = () => {
      fleet.crash(pick(fleet.alive(), random));
      simulation.schedule((hours * HOUR_MS) / (options.nodes * LEAVING), leave);
    };
    simulation.schedule(0, leave);
    // Relayed links need time to be noticed as gone.
    simulation.runUntil(simulation.nowMs + 120_000);
    const day = phase(fleet, `${hours} h without servers`, () =>
      sendSeries(fleet, {
        sender: anySender(fleet, sending),
        items: hours * 4,
        gapMs: HOUR_MS / 4,
        waitMs: 60_000,
      }),
    );
    const possible = possibleComponents(fleet);
    return outcomeOf(
      fleet,
      [{ ...day.row, possibleComponents: possible }],
      [
        { name: 'missed', value: day.missed!, unit: 'deliveries', aim: 0, direction: 'atMost' },
        {
          name: 'components beyond those that NATs make without relays',
          value: day.components - possible,
          unit: '',
          aim: 0,
          direction: 'atMost',
        },
        { name: 'fewest links of a node', value: day.degreeLeast, unit: '', aim: 1, direction: 'atLeast' },
      ],
    );
  },
};

const BREAK_STEP_MS = 10_000;

/** Components if every pair that packets pass between were linked. */
function possibleComponents({ alive, network, topology }: Fleet): number {
  // Nodes of one site always meet, and what lies between two sites is the same for all their nodes.
  const ofSites = new Map(alive().map((node) => [topology.siteOf[node]!, node]));
  const nodes = [...ofSites.values()];
  const meets = new Map(nodes.map((a) => [a, nodes.filter((b) => network.path(a, b) !== 'none')]));
  return componentsOf({ nodes, neighbors: (node) => meets.get(node)! }).length;
}
