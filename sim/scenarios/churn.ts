import { pick } from '../engine/random.ts';
import { sendSeries } from '../figures/delivery.ts';
import { anySender, phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { nodesOf, standingFleet } from './standing-fleet.ts';

/** Share of the nodes that crash in a minute; as many start again. */
const SHARE_A_MINUTE = 0.5;
const WARM_UP_MS = 60_000;
const SENDING_MS = 60_000;
const WAIT_MS = 45_000;

export const churn: Scenario = {
  description: 'Every minute half of the nodes crash, one after another, and as many start with nothing',
  run: (options) => {
    const fleet = standingFleet(options);
    const { simulation } = fleet;
    const random = fleet.random.stream('who crashes and who starts');
    const gapMs = 60_000 / (options.nodes * SHARE_A_MINUTE);
    const endMs = simulation.nowMs + WARM_UP_MS + SENDING_MS;
    const down: number[] = [];
    const step = () => {
      if (simulation.nowMs >= endMs) return;
      const node = pick(fleet.alive(), random);
      fleet.crash(node);
      down.push(node);
      // Who crashed starts again half a minute later on average.
      if (down.length > options.nodes * SHARE_A_MINUTE * 0.5) fleet.start(down.shift()!);
      simulation.schedule(gapMs, step);
    };
    simulation.schedule(0, step);
    simulation.runUntil(simulation.nowMs + WARM_UP_MS);
    const during = phase(fleet, 'churn', () =>
      sendSeries(fleet, {
        sender: anySender(fleet, fleet.random.stream('senders')),
        items: SENDING_MS / 2_000,
        gapMs: 2_000,
        waitMs: 0,
      }),
    );
    simulation.runUntil(simulation.nowMs + WAIT_MS);
    for (const node of nodesOf(fleet)) if (!fleet.network.isAlive(node)) fleet.start(node);
    simulation.runUntil(simulation.nowMs + WAIT_MS);
    const after = phase(fleet, 'after', () =>
      sendSeries(fleet, {
        sender: anySender(fleet, fleet.random.stream('senders after')),
        items: 20,
        gapMs: 500,
        waitMs: 10_000,
      }),
    );
    return outcomeOf(
      fleet,
      [during.row, after.row],
      [
        {
          name: 'missed after the churn',
          value: after.missed!,
          unit: 'deliveries',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'components after the churn',
          value: after.components,
          unit: '',
          aim: 1,
          direction: 'atMost',
        },
      ],
    );
  },
};
