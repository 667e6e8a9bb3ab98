import { createRoster } from '../fleet/roster.ts';
import type { NodeIndex } from '../network/topology.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { besiegedFleet, besiegedPhase, honestLinks, siegeMs } from './siege.ts';
import { startAll } from './standing-fleet.ts';

const SYBILS_EACH = 4;
/** Of the honest nodes: have the ledger from before, and have been admitted. The others come by invitation, and nobody knows them. */
const SETTLED = 0.5;
const ADMITTED = 0.9;
const JOIN_MS = 60_000;

export const sybils: Scenario = {
  description:
    'Of five nodes four are Sybils of one attacker: they link with all they can, name only each other, pass nothing on; ten minutes (two above 1,000 nodes)',
  run: (options) => {
    const honest = Array.from({ length: Math.round(options.nodes / (1 + SYBILS_EACH)) }, (_, node) => node);
    const admitted = honest.slice(0, Math.floor(honest.length * ADMITTED));
    const isAdmitted = (node: NodeIndex) => node < admitted.length;
    const attackers = Array.from({ length: options.nodes - honest.length }, (_, at) => honest.length + at);
    const fleet = besiegedFleet(
      options,
      createRoster(admitted, (node) => node < honest.length * SETTLED),
      { sybils: attackers, targets: honest, linksEach: 12 },
    );
    startAll(fleet, honest, JOIN_MS);
    startAll(fleet, attackers, JOIN_MS);
    fleet.simulation.runUntil(JOIN_MS + siegeMs(options));
    const siege = besiegedPhase(fleet, options, admitted, isAdmitted);
    const { components, honestShare, honestLeast } = honestLinks(fleet, admitted, isAdmitted);
    const invited = honest.slice(admitted.length);
    const invitedIn = invited.filter((node) =>
      [...fleet.network.linksOf(node).keys()].some(isAdmitted),
    ).length;
    return outcomeOf(
      fleet,
      [
        {
          ...siege.row,
          admittedNodes: admitted.length,
          honestComponents: components,
          honestShare,
          honestLeast,
          invitedNodes: invited.length,
          invitedIn,
        },
      ],
      [
        {
          name: 'missed by admitted nodes',
          value: siege.missed!,
          unit: 'deliveries',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'components of admitted nodes over their links',
          value: components,
          unit: '',
          aim: 1,
          direction: 'atMost',
        },
      ],
    );
  },
};
