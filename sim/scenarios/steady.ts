import { sendSeries } from '../figures/delivery.ts';
import { anySender, phase, settledSeries } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { standingFleet } from './standing-fleet.ts';

/** Plumtree's targets, as this project sets them: one sender's tree is nearly perfect, a tree that many share costs a little. */
export const steady: Scenario = {
  description: 'All nodes come within a minute; then one sender, then many, then a minute of quiet',
  run: (options) => {
    const fleet = standingFleet(options);
    const sending = fleet.random.stream('senders');
    const [sender] = fleet.alive() as [number];
    const one = phase(fleet, 'one sender', () =>
      settledSeries(fleet, { sender: () => sender, items: 20, gapMs: 1_000, waitMs: 10_000 }, 10),
    );
    const many = phase(fleet, 'many senders', () =>
      settledSeries(fleet, { sender: anySender(fleet, sending), items: 50, gapMs: 500, waitMs: 10_000 }, 20),
    );
    const quiet = phase(fleet, 'quiet', () => {
      fleet.simulation.runUntil(fleet.simulation.nowMs + 60_000);
      return undefined;
    });
    const burst = phase(fleet, 'burst of many', () =>
      sendSeries(fleet, { sender: anySender(fleet, sending), items: 100, gapMs: 10, waitMs: 10_000 }),
    );
    return outcomeOf(
      fleet,
      [one.row, many.row, quiet.row, burst.row],
      [
        {
          name: 'missed',
          value: one.missed! + many.missed! + burst.missed!,
          unit: 'deliveries',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'redundancy, one sender',
          value: one.relativeMessageRedundancy!,
          unit: '',
          aim: 0.05,
          direction: 'atMost',
        },
        {
          name: 'redundancy, many senders',
          value: many.relativeMessageRedundancy!,
          unit: '',
          aim: 0.2,
          direction: 'atMost',
        },
        {
          name: 'last hop beyond breadth-first depth, one sender',
          value: one.hopsBeyondDepthMedian!,
          unit: 'hops',
          aim: 2,
          direction: 'atMost',
        },
        { name: 'components', value: quiet.components, unit: '', aim: 1, direction: 'atMost' },
        {
          name: 'dials a minute and node when nothing happens',
          value: quiet.dialsPerMinute,
          unit: '',
          aim: 1,
          direction: 'atMost',
        },
      ],
    );
  },
};
