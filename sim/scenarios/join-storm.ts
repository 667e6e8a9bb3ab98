import { sendSeries } from '../figures/delivery.ts';
import { anySender, phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { nodesOf, overlayFleet, startAll, untilOneComponent } from './standing-fleet.ts';

const STORM_MS = 5_000;

export const joinStorm: Scenario = {
  description: 'All nodes come within five seconds, as after a power cut',
  run: (options) => {
    const fleet = overlayFleet(options);
    let oneComponentMs = 0;
    const storm = phase(fleet, 'storm', () => {
      startAll(fleet, nodesOf(fleet), STORM_MS);
      fleet.simulation.runUntil(STORM_MS);
      oneComponentMs = untilOneComponent(fleet, 300_000);
      return undefined;
    });
    const after = phase(fleet, 'after it', () =>
      sendSeries(fleet, {
        sender: anySender(fleet, fleet.random.stream('senders')),
        items: 20,
        gapMs: 1_000,
        waitMs: 30_000,
      }),
    );
    return outcomeOf(
      fleet,
      [{ ...storm.row, oneComponentMs }, after.row],
      [
        {
          name: 'one component after the last join',
          value: oneComponentMs / 1000,
          unit: 's',
          aim: 60,
          direction: 'atMost',
        },
        { name: 'components at the end', value: after.components, unit: '', aim: 1, direction: 'atMost' },
        { name: 'missed', value: after.missed!, unit: 'deliveries', aim: 0, direction: 'atMost' },
      ],
    );
  },
};
