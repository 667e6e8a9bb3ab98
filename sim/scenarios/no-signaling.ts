import { pick, type Random } from '../engine/random.ts';
import { deliveryOf, sendItems, sendSeries } from '../figures/delivery.ts';
import { quantile } from '../figures/distribution.ts';
import { componentsOf, graphOf } from '../figures/graph.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { NodeIndex } from '../network/topology.ts';
import { anySender, phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { standingFleet, untilOneComponent } from './standing-fleet.ts';
import { createStranded, type Stranded } from './stranded.ts';

const HOUR_MS = 3_600_000;
/** A guess: a link lives so long until a NAT, a cable or a browser ends it. */
const LINK_LIFE_MS = HOUR_MS;
const BREAK_STEP_MS = 10_000;
/**
 * A fleet that has stood for a while has most of its links inside its sites, and those need no relay. In one that has just come up
 * a node behind a symmetric NAT may lose all links at once when the relays go, and is stranded.
 */
const STANDING_MS = 1_200_000;
/** A node handles a thousand events an hour: a day is 26 million of 1,000 nodes, minutes of CPU, and of 10,000 an hour of it. Rates stay a day's. */
const A_DAY_UP_TO = 100;
/** Share of the nodes that go for good in a day. */
const LEAVING = 0.1;
/** Share of the nodes that restart in a day. */
const RESTARTING = 0.5;

export const noSignaling: Scenario = {
  description:
    'All signaling servers and relays are gone for a day (an hour above 100 nodes), links break once an hour, nodes leave and restart; then the servers are back',
  run: (options) => {
    const fleet = standingFleet(options);
    const { simulation, network, server } = fleet;
    const random = fleet.random.stream('what breaks, who leaves, who restarts');
    const hours = options.nodes > A_DAY_UP_TO ? 1 : 24;
    simulation.runUntil(simulation.nowMs + STANDING_MS);
    const endMs = simulation.nowMs + hours * HOUR_MS;
    const stranded = createStranded(fleet, fleet.random.stream('who is linked by hand'));
    const untilTheEnd = (gapMs: number, action: () => void) => {
      const step = () => {
        if (simulation.nowMs >= endMs) return;
        action();
        simulation.schedule(gapMs, step);
      };
      simulation.schedule(gapMs, step);
    };
    server.setUp(false);
    network.setRelaysUp(false);
    untilTheEnd(BREAK_STEP_MS, () => breakLinks(fleet, BREAK_STEP_MS / LINK_LIFE_MS, random));
    untilTheEnd((24 * HOUR_MS) / (options.nodes * LEAVING), () => fleet.crash(pick(fleet.alive(), random)));
    untilTheEnd((24 * HOUR_MS) / (options.nodes * RESTARTING), () =>
      stranded.restart(pick(fleet.alive(), random)),
    );
    // Relayed links need time to be noticed as gone.
    simulation.runUntil(simulation.nowMs + 120_000);
    const sending = fleet.random.stream('senders');
    const stayed = (node: NodeIndex) => !stranded.everRestarted(node);
    const day = phase(fleet, `${hours} h without servers`, () => {
      const sent = sendItems(fleet, {
        sender: () => pick(fleet.alive().filter(stayed), sending),
        items: hours * 4,
        gapMs: (endMs - simulation.nowMs) / (hours * 4),
        waitMs: 60_000,
      });
      return deliveryOf(fleet, sent, stayed);
    });
    const meshed = meshFigures(fleet, stranded);
    server.setUp(true);
    network.setRelaysUp(true);
    const oneComponentMs = untilOneComponent(fleet, 600_000);
    simulation.runUntil(simulation.nowMs + 30_000);
    const lacking = fleet.lacking();
    const back = phase(fleet, 'servers are back', () =>
      sendSeries(fleet, { sender: anySender(fleet, sending), items: 20, gapMs: 1_000, waitMs: 10_000 }),
    );
    return outcomeOf(
      fleet,
      [
        { ...day.row, ...meshed },
        { ...back.row, oneComponentMs, lacking },
      ],
      [
        {
          name: 'missed without servers',
          value: day.missed!,
          unit: 'deliveries',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'components of who is not stranded, beyond those that NATs make without relays',
          value: meshed.meshComponents - meshed.possibleComponents,
          unit: '',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'links of a node that was linked by hand ten minutes ago, the fewest',
          value: meshed.linkedByHandLeast,
          unit: '',
          aim: 2,
          direction: 'atLeast',
        },
        {
          name: 'one component after the servers came back',
          value: oneComponentMs / 1000,
          unit: 's',
          aim: 120,
          direction: 'atMost',
        },
        {
          name: 'items of the time without servers that a node lacks after it',
          value: lacking,
          unit: '',
          aim: 0,
          direction: 'atMost',
        },
        { name: 'missed after', value: back.missed!, unit: 'deliveries', aim: 0, direction: 'atMost' },
      ],
    );
  },
};

function breakLinks({ alive, network }: Fleet, share: number, random: Random): void {
  for (const node of alive())
    for (const peer of network.linksOf(node).keys())
      if (node < peer && random() < share) network.breakLink(node, peer);
}

/** What the mesh looks like, apart from those who can do nothing but wait. */
function meshFigures(fleet: Fleet, stranded: Stranded) {
  const { network } = fleet;
  const nodes = fleet.alive().filter((node) => !stranded.waits(node));
  const linksByHand = stranded
    .linkedByHandBefore(fleet.simulation.nowMs - 600_000)
    .map((node) => network.linksOf(node).size);
  return {
    meshComponents: componentsOf(graphOf(nodes, network.linksOf)).length,
    possibleComponents: possibleComponents(fleet, nodes),
    stranded: fleet.alive().length - nodes.length,
    linkedByHand: linksByHand.length,
    linkedByHandLeast: linksByHand.length === 0 ? Number.NaN : quantile(linksByHand, 0),
    linkedByHandMedian: quantile(linksByHand, 0.5),
  };
}

/** Components if every pair that packets pass between were linked. */
function possibleComponents({ network, topology }: Fleet, among: readonly NodeIndex[]): number {
  // Nodes of one site always meet, and what lies between two sites is the same for all their nodes.
  const ofSites = new Map(among.map((node) => [topology.siteOf[node]!, node]));
  const nodes = [...ofSites.values()];
  const meets = new Map(nodes.map((a) => [a, nodes.filter((b) => network.path(a, b) !== 'none')]));
  return componentsOf({ nodes, neighbors: (node) => meets.get(node)! }).length;
}
