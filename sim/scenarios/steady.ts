import { sendSeries } from '../figures/delivery.ts';
import { anySender, phase, settledSeries } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { standingFleet } from './standing-fleet.ts';

/** Plumtree's targets, as this project sets them: one sender's tree is nearly perfect, a tree that many share costs a little. */
export const steady: Scenario = {
  description:
    'Nothing fails: one sender, many senders, quiet, a burst of many, and one sender on lines that lose nothing',
  run: (options) => {
    const fleet = standingFleet(options);
    const { simulation } = fleet;
    const sending = fleet.random.stream('senders');
    const [sender] = fleet.alive() as [number];
    const ofOne = { sender: () => sender, items: 20, gapMs: 1_500, waitMs: 10_000 };
    const quiet = phase(fleet, 'first twenty minutes', () => {
      simulation.runUntil(simulation.nowMs + FINDING_SITES_MS);
      return undefined;
    });
    const one = phase(fleet, 'one sender', () => settledSeries(fleet, ofOne, 10));
    const many = phase(fleet, 'many senders', () =>
      settledSeries(fleet, { sender: anySender(fleet, sending), items: 50, gapMs: 500, waitMs: 10_000 }, 20),
    );
    const burst = phase(fleet, 'burst of many', () =>
      sendSeries(fleet, { sender: anySender(fleet, sending), items: 100, gapMs: 10, waitMs: 10_000 }),
    );
    // As in the evaluation of the Plumtree paper: what a lost packet delays goes another way, and that says nothing of the tree.
    fleet.topology.lossRate.fill(0);
    const noLoss = phase(fleet, 'one sender, no loss', () => settledSeries(fleet, ofOne, 60));
    const missed = [one, many, burst, noLoss].reduce((sum, figures) => sum + figures.missed!, 0);
    return outcomeOf(
      fleet,
      [quiet.row, one.row, many.row, burst.row, noLoss.row],
      [
        { name: 'missed', value: missed, unit: 'deliveries', aim: 0, direction: 'atMost' },
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
          name: 'last hop beyond breadth-first depth, half the items, no loss',
          value: noLoss.hopsBeyondDepthMedian!,
          unit: 'hops',
          aim: 2,
          direction: 'atMost',
        },
        { name: 'components', value: quiet.components, unit: '', aim: 1, direction: 'atMost' },
        { name: 'links inside the site', value: quiet.linksInSite, unit: '', aim: 0.5, direction: 'atLeast' },
        {
          name: 'dials a minute and node',
          value: quiet.dialsPerMinute,
          unit: '',
          aim: 1,
          direction: 'atMost',
        },
      ],
    );
  },
};

/** As long as nodes look for neighbours of their own site. */
const FINDING_SITES_MS = 1_200_000;
