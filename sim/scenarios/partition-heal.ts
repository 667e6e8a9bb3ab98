import { sendSeries } from '../figures/delivery.ts';
import { componentsOf } from '../figures/graph.ts';
import { anySender, phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { FULL_NODES_UP_TO, standingFleet, standingNodes, untilOneComponent } from './standing-fleet.ts';

const SPLIT_MS = 300_000;

export const partitionHeal: Scenario = {
  description:
    'Half of the sites are cut off, with no server, for five minutes; both halves work on; it heals',
  run: (options) => {
    const fleet = options.nodes > FULL_NODES_UP_TO ? standingFleet(options) : standingNodes(options);
    const { simulation, topology } = fleet;
    const random = fleet.random.stream('senders');
    const half = (node: number) => (topology.siteOf[node]! < topology.sites / 2 ? 0 : 1);
    const { nodes, neighbors } = fleet.graph();
    const cutOff = componentsOf({
      nodes,
      neighbors: (node) => neighbors(node).filter((peer) => half(peer) === half(node)),
    });
    const inHalf = (which: number) => cutOff.filter(([node]) => half(node!) === which).length;
    fleet.partition(half, 0);
    simulation.runUntil(simulation.nowMs + SPLIT_MS - 60_000);
    const split = phase(fleet, 'split', () =>
      sendSeries(fleet, { sender: anySender(fleet, random), items: 10, gapMs: 1_000, waitMs: 50_000 }),
    );
    fleet.partition(() => 0, 0);
    const oneComponentMs = untilOneComponent(fleet, 1_800_000);
    const crossing = fleet
      .graph()
      .nodes.flatMap((node) =>
        [...fleet.network.linksOf(node).keys()].filter((peer) => half(peer) !== half(node)),
      );
    const healed = phase(fleet, 'healed', () =>
      sendSeries(fleet, { sender: anySender(fleet, random), items: 20, gapMs: 1_000, waitMs: 30_000 }),
    );
    return outcomeOf(
      fleet,
      [
        { ...split.row, partsLeftByTheCut: cutOff.length },
        { ...healed.row, oneComponentMs, linksBetweenHalves: crossing.length / 2 },
      ],
      [
        // The server brings the parts of its half together. Who lost all links and has no server cannot be reached by anybody.
        {
          name: 'components while split, beyond one and the parts that the cut left without a server',
          value: split.components - 1 - inHalf(1),
          unit: '',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'missed while split, in its half',
          value: split.missed!,
          unit: 'deliveries',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'one component after healing',
          value: oneComponentMs / 1000,
          unit: 's',
          aim: 120,
          direction: 'atMost',
        },
        {
          name: 'components at the end',
          value: componentsOf(fleet.graph()).length,
          unit: '',
          aim: 1,
          direction: 'atMost',
        },
        { name: 'missed after', value: healed.missed!, unit: 'deliveries', aim: 0, direction: 'atMost' },
      ],
    );
  },
};
