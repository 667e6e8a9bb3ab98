import { pick } from '../engine/random.ts';
import type { Broadcast } from '../figures/broadcasts.ts';
import { quantile } from '../figures/distribution.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Scope } from '../fleet/host.ts';
import { createTopology, type NodeIndex } from '../network/topology.ts';
import { phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { standingFleet } from './standing-fleet.ts';

/** Nodes of no site that want all there is, as dashboards do. */
const OBSERVERS = 2;
const ITEMS = 200;
const GAP_MS = 100;
const WAIT_MS = 10_000;
/** Three summaries of each site, each of which has whoever is cut off join again. */
const SPEAKERS_MS = 100_000;

interface SentToSite {
  readonly origin: NodeIndex;
  readonly broadcast: Broadcast;
}

/** What became of items that are for one site each. */
interface SiteDelivery {
  readonly missed: number;
  readonly missedByObservers: number;
  readonly repaired: number;
  /** Nodes that got an item and are neither of its site nor observers, as a share of all such nodes. */
  readonly relays: number;
  /** Payloads for each node that an item was for. */
  readonly payloadsEach: number;
  readonly allReachedMsMedian: number;
  readonly allReachedMsMost: number;
}

export const siteTopics: Scenario = {
  description:
    'Devices say things to their sites and two observers, right after all came and later; then the same to all',
  run: (options) => {
    const isObserver = (node: NodeIndex) => node < OBSERVERS;
    const fleet = standingFleet(
      options,
      (random) => {
        const topology = createTopology(options.nodes, random);
        return {
          ...topology,
          siteNameOf: (node) => (isObserver(node) ? undefined : topology.siteNameOf(node)),
        };
      },
      'summaries too',
    );
    const random = fleet.random.stream('senders');
    const senders = fleet.alive().filter((node) => !isObserver(node));
    const wait = (durationMs: number) => fleet.simulation.runUntil(fleet.simulation.nowMs + durationMs);

    const send = (scope: Scope): readonly SentToSite[] => {
      const sent: SentToSite[] = [];
      for (let item = 0; item < ITEMS; item++) {
        const origin = pick(senders, random);
        sent.push({ origin, broadcast: fleet.publish(origin, scope) });
        wait(GAP_MS);
      }
      wait(WAIT_MS);
      return sent;
    };
    const toSites = ['after all came', 'minutes later'].map((name) => {
      let sent: readonly SentToSite[] = [];
      let soon: SiteDelivery | undefined;
      const { row, bytesPerNodeSecond } = phase(fleet, name, () => {
        sent = send('site');
        soon = deliveryToSites(fleet, sent, isObserver);
        return undefined;
      });
      wait(SPEAKERS_MS);
      const inTheEnd = deliveryToSites(fleet, sent, isObserver);
      const late = soon!.missed + soon!.missedByObservers;
      return { row: { ...row, ...inTheEnd, late }, bytesPerNodeSecond, ...inTheEnd };
    });
    const toAll = phase(fleet, 'the same to all', () => {
      send('fleet');
      return undefined;
    });
    return outcomeOf(
      fleet,
      [...toSites.map(({ row }) => row), toAll.row],
      [
        {
          name: 'missed in the site',
          value: toSites.reduce((sum, { missed }) => sum + missed, 0),
          unit: 'deliveries',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'missed by observers',
          value: toSites.reduce((sum, { missedByObservers }) => sum + missedByObservers, 0),
          unit: 'deliveries',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'bytes of a node, of those when all hear all',
          value: toSites.at(-1)!.bytesPerNodeSecond / toAll.bytesPerNodeSecond,
          unit: '',
          aim: 0.5,
          direction: 'atMost',
        },
      ],
    );
  },
};

function deliveryToSites(
  fleet: Fleet,
  sent: readonly SentToSite[],
  isObserver: (node: NodeIndex) => boolean,
): SiteDelivery {
  const { siteOf } = fleet.topology;
  const times: number[] = [];
  let missed = 0;
  let missedByObservers = 0;
  let relays = 0;
  let strangers = 0;
  let dueInAll = 0;
  for (const { origin, broadcast } of sent) {
    let lastMs = 0;
    for (const node of fleet.alive()) {
      const isDue = isObserver(node) || siteOf[node] === siteOf[origin];
      if (isDue) {
        dueInAll++;
        lastMs = Math.max(lastMs, broadcast.delayMs(node) ?? 0);
        if (broadcast.has(node)) continue;
        if (isObserver(node)) missedByObservers++;
        else missed++;
      } else {
        strangers++;
        if (broadcast.has(node)) relays++;
      }
    }
    times.push(lastMs);
  }
  return {
    missed,
    missedByObservers,
    repaired: sent.reduce((sum, { broadcast }) => sum + broadcast.repaired, 0),
    relays: relays / strangers,
    payloadsEach: sent.reduce((sum, { broadcast }) => sum + broadcast.payloadsReceived, 0) / dueInAll,
    allReachedMsMedian: quantile(times, 0.5),
    allReachedMsMost: quantile(times, 1),
  };
}
