import { sample } from '../engine/random.ts';
import { sendSeries } from '../figures/delivery.ts';
import { anySender, phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { FULL_NODES_UP_TO, standingFleet, standingNodes, untilOneComponent } from './standing-fleet.ts';

const DARK_MS = 120_000;

export const powerCut: Scenario = {
  description:
    'Nine of ten nodes lose power at once, and what they had not flushed (above 100 nodes, all they held); entries are written; two minutes later they start again',
  run: (options) => {
    const fleet = options.nodes > FULL_NODES_UP_TO ? standingFleet(options) : standingNodes(options);
    const { simulation } = fleet;
    const random = fleet.random.stream('who loses power, who writes');
    sendSeries(fleet, { sender: anySender(fleet, random), items: 10, gapMs: 20, waitMs: 0 });
    const dark = sample(fleet.alive(), Math.round(options.nodes * 0.9), random);
    for (const node of dark) fleet.crash(node);
    const cut = phase(fleet, 'dark', () =>
      sendSeries(fleet, {
        sender: anySender(fleet, random),
        items: 20,
        gapMs: 1_000,
        waitMs: DARK_MS - 20_000,
      }),
    );
    for (const node of dark) fleet.start(node);
    const oneComponentMs = untilOneComponent(fleet, 300_000);
    simulation.runUntil(simulation.nowMs + 30_000);
    const lacking = fleet.lacking();
    const after = phase(fleet, 'light', () =>
      sendSeries(fleet, { sender: anySender(fleet, random), items: 20, gapMs: 1_000, waitMs: 10_000 }),
    );
    return outcomeOf(
      fleet,
      [cut.row, { ...after.row, oneComponentMs, lacking }],
      [
        {
          name: 'entries of before and of the dark that a node lacks',
          value: lacking,
          unit: '',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'one component after the light came back',
          value: oneComponentMs / 1000,
          unit: 's',
          aim: 60,
          direction: 'atMost',
        },
        { name: 'missed after', value: after.missed!, unit: 'deliveries', aim: 0, direction: 'atMost' },
      ],
    );
  },
};
