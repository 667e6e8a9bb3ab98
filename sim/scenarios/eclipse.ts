import { pick } from '../engine/random.ts';
import { deliveryOf, sendItems } from '../figures/delivery.ts';
import { createFleet } from '../fleet/fleet.ts';
import { createOverlayHost, type Roster } from '../fleet/overlay-host.ts';
import { createSybilHost } from '../fleet/sybil-host.ts';
import type { NodeIndex } from '../network/topology.ts';
import { phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { progressOf, startAll } from './standing-fleet.ts';
import { honestLinks } from './sybils.ts';

/** Share of the nodes that are the attacker's; at least as many as a signaling server names to a newcomer. */
const SHARE = 0.1;
const LEAST_ATTACKERS = 40;
const JOIN_MS = 60_000;
const SETTLE_MS = 60_000;
const SIEGE_MS = 600_000;

export const eclipse: Scenario = {
  description:
    'A tenth of the nodes are out to surround two victims, one that was settled and one that comes when the server names only them',
  run: (options) => {
    const attackers = Math.max(LEAST_ATTACKERS, Math.round(options.nodes * SHARE));
    const honest = Array.from({ length: options.nodes - attackers }, (_, node) => node);
    const isHonest = (node: NodeIndex) => node < honest.length;
    const ring = Array.from({ length: attackers }, (_, at) => honest.length + at);
    const settled = 0;
    const newcomer = honest.length - 1;
    // All others come by invitation, the newcomer too: nobody knows it until it has had a link with a member.
    const founder = 1;
    const roster: Roster = { admitted: [founder], settled: (node) => node === founder };
    const conspiracy = { sybils: ring, targets: [settled, newcomer], linksEach: 2 };
    const fleet = createFleet({
      nodes: options.nodes,
      seed: options.seed,
      createHost: (services, facts) =>
        isHonest(services.node)
          ? createOverlayHost(services, facts, { roster })
          : createSybilHost(services, facts, conspiracy),
      onProgress: progressOf(options),
    });
    startAll(fleet, honest.slice(0, -1), JOIN_MS);
    fleet.simulation.runUntil(JOIN_MS + SETTLE_MS);
    startAll(fleet, ring, 5_000);
    fleet.simulation.runUntil(fleet.simulation.nowMs + 10_000);
    fleet.start(newcomer);
    fleet.simulation.runUntil(fleet.simulation.nowMs + SIEGE_MS);
    const random = fleet.random.stream('senders');
    const victims = new Set([settled, newcomer]);
    const siege = phase(fleet, 'after ten minutes', () => {
      const sent = sendItems(fleet, {
        sender: () =>
          pick(
            honest.filter((node) => !victims.has(node)),
            random,
          ),
        items: 20,
        gapMs: 1_000,
        waitMs: 30_000,
      });
      return deliveryOf(fleet, sent, (node) => victims.has(node));
    });
    const honestOf = (victim: NodeIndex) => [...fleet.network.linksOf(victim).keys()].filter(isHonest).length;
    const linksOf = (victim: NodeIndex) => fleet.network.linksOf(victim).size;
    return outcomeOf(
      fleet,
      [
        {
          ...siege.row,
          settledHonestLinks: honestOf(settled),
          settledLinks: linksOf(settled),
          newcomerHonestLinks: honestOf(newcomer),
          newcomerLinks: linksOf(newcomer),
          honestComponents: honestLinks(fleet, honest, isHonest).components,
        },
      ],
      [
        {
          name: 'honest links of the settled victim',
          value: honestOf(settled),
          unit: '',
          aim: 1,
          direction: 'atLeast',
        },
        {
          name: 'honest links of the newcomer',
          value: honestOf(newcomer),
          unit: '',
          aim: 1,
          direction: 'atLeast',
        },
        {
          name: 'missed by the victims',
          value: siege.missed!,
          unit: 'deliveries',
          aim: 0,
          direction: 'atMost',
        },
      ],
    );
  },
};
