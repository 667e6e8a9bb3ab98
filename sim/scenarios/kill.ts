import { sample } from '../engine/random.ts';
import { sendSeries } from '../figures/delivery.ts';
import { anySender, phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { standingFleet, untilOneComponent } from './standing-fleet.ts';

/** As the HyParView paper's failure experiments (Leitao et al., DSN 2007, section 5.2): at once, and nobody says goodbye. */
export function killScenario(share: number): Scenario {
  return {
    description: `${share * 100} % of the nodes lose power at once; items are sent from that moment on`,
    run: (options) => {
      const fleet = standingFleet(options);
      const random = fleet.random.stream('who dies, who sends');
      const before = phase(fleet, 'before', () =>
        sendSeries(fleet, { sender: anySender(fleet, random), items: 20, gapMs: 500, waitMs: 5_000 }),
      );
      const alive = fleet.alive();
      for (const node of sample(alive, Math.round(alive.length * share), random)) fleet.crash(node);
      const during = phase(fleet, 'from the blow on', () =>
        sendSeries(fleet, { sender: anySender(fleet, random), items: 10, gapMs: 1_000, waitMs: 110_000 }),
      );
      const oneComponentMs = untilOneComponent(fleet, 600_000);
      const after = phase(fleet, 'after', () =>
        sendSeries(fleet, { sender: anySender(fleet, random), items: 20, gapMs: 500, waitMs: 10_000 }),
      );
      return outcomeOf(
        fleet,
        [before.row, during.row, { ...after.row, oneComponentMs }],
        [
          { name: 'components', value: after.components, unit: '', aim: 1, direction: 'atMost' },
          {
            name: 'time beyond two minutes until one component',
            value: oneComponentMs / 1000,
            unit: 's',
            aim: 0,
            direction: 'atMost',
          },
          {
            name: 'missed, sent from the blow on',
            value: during.missed!,
            unit: 'deliveries',
            aim: 0,
            direction: 'atMost',
          },
          {
            name: 'missed, sent after',
            value: after.missed!,
            unit: 'deliveries',
            aim: 0,
            direction: 'atMost',
          },
        ],
      );
    },
  };
}
