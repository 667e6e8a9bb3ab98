import { pick } from '../engine/random.ts';
import { deliveryOf, sendItems } from '../figures/delivery.ts';
import { mean } from '../figures/distribution.ts';
import { componentsOf, graphOf } from '../figures/graph.ts';
import { createFleet, type Fleet } from '../fleet/fleet.ts';
import { createOverlayHost, type Roster } from '../fleet/overlay-host.ts';
import { createSybilHost } from '../fleet/sybil-host.ts';
import type { NodeIndex } from '../network/topology.ts';
import { phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { progressOf, startAll } from './standing-fleet.ts';

const SYBILS_EACH = 4;
/** Of the honest nodes: have the ledger from before, and have been admitted. The others come by invitation, and nobody knows them. */
const SETTLED = 0.5;
const ADMITTED = 0.9;
const JOIN_MS = 60_000;
const SIEGE_MS = 600_000;

export const sybils: Scenario = {
  description:
    'Of five nodes four are Sybils of one attacker: they link with all they can, name only each other, pass nothing on; ten minutes',
  run: (options) => {
    const honest = Array.from({ length: Math.round(options.nodes / (1 + SYBILS_EACH)) }, (_, node) => node);
    const isHonest = (node: NodeIndex) => node < honest.length;
    const admitted = honest.slice(0, Math.floor(honest.length * ADMITTED));
    const isAdmitted = (node: NodeIndex) => node < admitted.length;
    const attackers = Array.from({ length: options.nodes - honest.length }, (_, at) => honest.length + at);
    const roster: Roster = {
      admitted,
      settled: (node) => node < honest.length * SETTLED,
    };
    const conspiracy = { sybils: attackers, targets: honest, linksEach: 12 };
    const fleet = createFleet({
      nodes: options.nodes,
      seed: options.seed,
      createHost: (services, facts) =>
        isHonest(services.node)
          ? createOverlayHost(services, facts, { roster })
          : createSybilHost(services, facts, conspiracy),
      onProgress: progressOf(options),
    });
    startAll(fleet, honest, JOIN_MS);
    startAll(fleet, attackers, JOIN_MS);
    fleet.simulation.runUntil(JOIN_MS + SIEGE_MS);
    const random = fleet.random.stream('senders');
    const siege = phase(fleet, 'after ten minutes', () => {
      const sent = sendItems(fleet, {
        sender: () => pick(admitted, random),
        items: 20,
        gapMs: 1_000,
        waitMs: 30_000,
      });
      return deliveryOf(fleet, sent, isAdmitted);
    });
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

/** What is left when one looks at honest nodes alone. */
export function honestLinks(
  fleet: Fleet,
  honest: readonly NodeIndex[],
  isHonest: (node: NodeIndex) => boolean,
): { readonly components: number; readonly honestShare: number; readonly honestLeast: number } {
  const living = honest.filter(fleet.network.isAlive);
  const graph = graphOf(living, fleet.network.linksOf);
  const ofNode = living.map((node) => [...fleet.network.linksOf(node).keys()].filter(isHonest).length);
  const shares = living.map((node, at) => ofNode[at]! / Math.max(1, fleet.network.linksOf(node).size));
  return {
    components: componentsOf(graph).length,
    honestShare: mean(shares),
    honestLeast: Math.min(...ofNode),
  };
}
