import { createRoster } from '../fleet/roster.ts';
import type { NodeIndex } from '../network/topology.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { besiegedFleet, besiegedPhase, honestLinks, siegeMs } from './siege.ts';
import { startAll } from './standing-fleet.ts';

/** Share of the nodes that are the attacker's; at least as many as a signaling server names to a newcomer. */
const SHARE = 0.1;
const LEAST_ATTACKERS = 40;
/**
 * In fleets of up to ALL_INVITED_UP_TO nodes all but the founder come by invitation, and nobody knows them until they
 * have had a link with a member. In larger fleets only the last FEW_INVITED nodes do, the newcomer among them: each
 * admission goes to all nodes, and 9,000 admissions would be 81 million deliveries.
 */
const ALL_INVITED_UP_TO = 1_000;
const FEW_INVITED = 100;
const JOIN_MS = 60_000;
const SETTLE_MS = 60_000;

export const eclipse: Scenario = {
  description:
    'A tenth of the nodes are out to surround two victims, one that was settled and one that comes when the server names only them; ten minutes (two above 1,000 nodes)',
  run: (options) => {
    const attackers = Math.max(LEAST_ATTACKERS, Math.round(options.nodes * SHARE));
    const honest = Array.from({ length: options.nodes - attackers }, (_, node) => node);
    const isHonest = (node: NodeIndex) => node < honest.length;
    const ring = Array.from({ length: attackers }, (_, at) => honest.length + at);
    const settled = 0;
    const newcomer = honest.length - 1;
    const founder = 1;
    const isInvited = (node: NodeIndex) =>
      node !== founder && (options.nodes <= ALL_INVITED_UP_TO || node >= honest.length - FEW_INVITED);
    const admitted = [founder, ...honest.filter((node) => node !== founder && !isInvited(node))];
    const fleet = besiegedFleet(
      options,
      createRoster(admitted, (node) => !isInvited(node)),
      { sybils: ring, targets: [settled, newcomer], linksEach: 2 },
    );
    startAll(fleet, honest.slice(0, -1), JOIN_MS);
    fleet.simulation.runUntil(JOIN_MS + SETTLE_MS);
    startAll(fleet, ring, 5_000);
    fleet.simulation.runUntil(fleet.simulation.nowMs + 10_000);
    fleet.start(newcomer);
    fleet.simulation.runUntil(fleet.simulation.nowMs + siegeMs(options));
    const victims = new Set([settled, newcomer]);
    const others = honest.filter((node) => !victims.has(node));
    const siege = besiegedPhase(fleet, options, others, (node) => victims.has(node));
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
