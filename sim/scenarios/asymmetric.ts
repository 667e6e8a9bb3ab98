import { createTopology } from '../network/topology.ts';
import { anySender, phase, settledSeries } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { standingFleet } from './standing-fleet.ts';

export const asymmetric: Scenario = {
  description:
    'What every third node sends is ten times as slow, loses one packet in ten, and leaves by 1 Mbit/s',
  run: (options) => {
    const fleet = standingFleet(options, (random) => {
      const topology = createTopology(options.nodes, random);
      for (let node = 0; node < options.nodes; node += 3) {
        topology.slowness[node] = 10;
        topology.lossRate[node] = 0.1;
        topology.uplink[node] = 125;
      }
      return topology;
    });
    const many = phase(fleet, 'many senders', () =>
      settledSeries(
        fleet,
        { sender: anySender(fleet, fleet.random.stream('senders')), items: 50, gapMs: 1_000, waitMs: 30_000 },
        20,
      ),
    );
    return outcomeOf(
      fleet,
      [many.row],
      [
        { name: 'missed', value: many.missed!, unit: 'deliveries', aim: 0, direction: 'atMost' },
        {
          name: 'redundancy',
          value: many.relativeMessageRedundancy!,
          unit: '',
          aim: 0.2,
          direction: 'atMost',
        },
        { name: 'components', value: many.components, unit: '', aim: 1, direction: 'atMost' },
      ],
    );
  },
};
