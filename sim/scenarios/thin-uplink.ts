import { pick } from '../engine/random.ts';
import { deliveryOf, type SentItem, sendItems, sendSeries } from '../figures/delivery.ts';
import { createTopology } from '../network/topology.ts';
import { phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { standingFleet } from './standing-fleet.ts';

/** 256 kbit/s each way. */
const UPLINK_BYTES_A_MS = 32;
/**
 * Share of the nodes that are in the site, and the most: a site as others. A copy of each item, with its packet's head, takes 7 of the
 * line's 32 kB/s. To name an item takes 35 bytes: ten items a second on the two links out of each of 100 nodes would be 70 kB/s alone.
 */
const BEHIND = { share: 0.1, most: 20 };

export const thinUplink: Scenario = {
  description:
    'A tenth of the nodes, 20 at most, are in one site behind 256 kbit/s; the others send ten items a second',
  run: (options) => {
    const fleet = standingFleet(options, (random) => {
      const nodesBehind = Math.min(options.nodes * BEHIND.share, BEHIND.most);
      const topology = createTopology(options.nodes, random, (node, sites) =>
        node < nodesBehind ? 0 : 1 + (node % (sites - 1)),
      );
      topology.siteUplink[0] = UPLINK_BYTES_A_MS;
      return topology;
    });
    const inside = fleet.alive().filter((node) => fleet.topology.siteOf[node] === 0);
    const outside = fleet.alive().filter((node) => fleet.topology.siteOf[node] !== 0);
    const random = fleet.random.stream('senders');
    const sender = () => pick(outside, random);
    sendSeries(fleet, { sender, items: 20, gapMs: 500, waitMs: 10_000 });
    const { payloadsIntoSite } = fleet.network.counters;
    const before = payloadsIntoSite[0]!;
    const items = 100;
    let sent: readonly SentItem[] = [];
    const behind = phase(fleet, 'behind the line', () => {
      sent = sendItems(fleet, { sender, items, gapMs: 100, waitMs: 60_000 });
      return deliveryOf(fleet, sent, (node) => fleet.topology.siteOf[node] === 0);
    });
    const others = deliveryOf(fleet, sent, (node) => fleet.topology.siteOf[node] !== 0);
    const copies = (payloadsIntoSite[0]! - before) / items;
    const linksOut = inside.reduce(
      (sum, node) =>
        sum +
        [...fleet.network.linksOf(node).keys()].filter((peer) => fleet.topology.siteOf[peer] !== 0).length,
      0,
    );
    return outcomeOf(
      fleet,
      [
        { ...behind.row, copiesAcross: copies, linksOut },
        { phase: 'the others', ...others },
      ],
      [
        {
          name: 'missed',
          value: behind.missed! + others.missed,
          unit: 'deliveries',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'copies of an item across the thin line',
          value: copies,
          unit: '',
          aim: 2,
          direction: 'atMost',
        },
        {
          name: 'all outside reached, 95 of 100 items',
          value: others.allReachedMs95,
          unit: 'ms',
          aim: 2_000,
          direction: 'atMost',
        },
      ],
    );
  },
};
