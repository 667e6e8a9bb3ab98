import { pick } from '../engine/random.ts';
import { deliveryOf, sendItems } from '../figures/delivery.ts';
import { createFleet } from '../fleet/fleet.ts';
import { createOverlayHost } from '../fleet/overlay-host.ts';
import { createSpamHost } from '../fleet/spam-host.ts';
import { phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { fleetOptionsOf, nodesOf, startAll } from './standing-fleet.ts';

const PER_SECOND = 10_000;
const STANDING_MS = 120_000;
const SPAM_MS = 30_000;

export const spam: Scenario = {
  description: 'One node sends its neighbours 10,000 well-formed junk messages a second, for half a minute',
  run: (options) => {
    const spammer = options.nodes - 1;
    let isOn = false;
    let junk = 0;
    const flood = { perSecond: PER_SECOND, isOn: () => isOn, onSent: () => junk++ };
    const fleet = createFleet({
      ...fleetOptionsOf(options),
      createHost: (services, facts) => {
        const honest = createOverlayHost(services, facts);
        return services.node === spammer ? createSpamHost(services, facts, flood, honest) : honest;
      },
    });
    startAll(fleet, nodesOf(fleet), STANDING_MS / 2);
    fleet.simulation.runUntil(STANDING_MS);
    const random = fleet.random.stream('senders');
    const others = fleet.alive().filter((node) => node !== spammer);
    const framesSent = () => fleet.network.counters.framesSent.reduce((sum, count) => sum + count, 0);
    /** In the half minute of the latest series. */
    let frames = 0;
    const series = () => {
      const framesBefore = framesSent();
      const sent = sendItems(fleet, {
        sender: () => pick(others, random),
        items: 30,
        gapMs: SPAM_MS / 30,
        waitMs: 0,
      });
      frames = framesSent() - framesBefore;
      fleet.simulation.runUntil(fleet.simulation.nowMs + (isOn ? 0 : 10_000));
      return deliveryOf(fleet, sent, (node) => node !== spammer);
    };
    const before = phase(fleet, 'before', series);
    const honestFrames = frames;
    isOn = true;
    const during = phase(fleet, 'spam', series);
    const caused = Math.max(0, frames - junk - honestFrames) / Math.max(1, junk);
    isOn = false;
    fleet.simulation.runUntil(fleet.simulation.nowMs + 30_000);
    const after = phase(fleet, 'after', series);
    return outcomeOf(
      fleet,
      [
        before.row,
        { ...during.row, junk, framesCausedByEachJunk: caused, ...Object.fromEntries(fleet.refusals) },
        after.row,
      ],
      [
        {
          name: 'missed by the others',
          value: before.missed! + after.missed!,
          unit: 'deliveries',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'all reached while it spams, 95 of 100 items, against before',
          value: during.allReachedMs95! / before.allReachedMs95!,
          unit: 'times',
          aim: 2,
          direction: 'atMost',
        },
        { name: 'frames that a junk message causes', value: caused, unit: '', aim: 1, direction: 'atMost' },
        { name: 'components after', value: after.components, unit: '', aim: 1, direction: 'atMost' },
      ],
    );
  },
};
