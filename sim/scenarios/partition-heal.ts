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
      [split.row, { ...healed.row, oneComponentMs, linksBetweenHalves: crossing.length / 2 }],
      [
        { name: 'components while split', value: split.components, unit: '', aim: 2, direction: 'atMost' },
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
