import { sample } from '../engine/random.ts';
import { quantile } from '../figures/distribution.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { NodeIndex } from '../network/topology.ts';
import { phase } from './phases.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { FULL_NODES_UP_TO, standingNodes } from './standing-fleet.ts';

const WATCHED_MS = 60_000;
const STEP_MS = 500;
/** A lease holds for 300 s at most (M5). */
const LIMIT_MS = 400_000;

/** Leases: what they cost, how often one who lives is taken to be gone, and how soon one who died is. */
export const presence: Scenario = {
  description: `Full nodes, ${FULL_NODES_UP_TO} at most, say that they are there; a tenth of them lose power: how soon the others of their sites see it`,
  run: (options) => {
    const fleet = standingNodes({ ...options, nodes: Math.min(options.nodes, FULL_NODES_UP_TO) });
    const random = fleet.random.stream('who dies');
    let looks = 0;
    let wronglyAbsent = 0;
    const quiet = phase(fleet, 'all live', () => {
      everyStep(fleet, WATCHED_MS, () => {
        const living = fleet.alive();
        for (const node of living) {
          const present = fleet.presentAt(node);
          const mates = living.filter((other) => isMate(fleet, node, other));
          looks += mates.length;
          wronglyAbsent += mates.filter((mate) => !present.has(mate)).length;
        }
        return true;
      });
      return undefined;
    });

    const living = fleet.alive();
    const dead = sample(living, Math.ceil(living.length / 10), random);
    for (const node of dead) fleet.crash(node);
    const noticedMs = new Map<string, number>();
    const diedAtMs = fleet.simulation.nowMs;
    const blow = phase(fleet, 'a tenth died', () => {
      everyStep(fleet, LIMIT_MS, () => {
        let isUnseen = false;
        for (const node of fleet.alive()) {
          const present = fleet.presentAt(node);
          for (const gone of dead.filter((other) => isMate(fleet, node, other))) {
            const key = `${node} ${gone}`;
            if (present.has(gone)) isUnseen = true;
            else if (!noticedMs.has(key)) noticedMs.set(key, fleet.simulation.nowMs - diedAtMs);
          }
        }
        return isUnseen;
      });
      return undefined;
    });
    const noticed = [...noticedMs.values()];
    const absentShare = wronglyAbsent / looks;
    const noticedMsMost = quantile(noticed, 1);
    return outcomeOf(
      fleet,
      [
        { ...quiet.row, absentShare },
        { ...blow.row, noticedMsMedian: quantile(noticed, 0.5), noticedMsMost },
      ],
      [
        {
          name: 'living nodes taken to be gone',
          value: absentShare,
          unit: '',
          aim: 0.001,
          direction: 'atMost',
        },
        {
          name: 'the dead are absent everywhere',
          value: noticedMsMost / 1000,
          unit: 's',
          aim: 40,
          direction: 'atMost',
        },
      ],
    );
  },
};

function isMate({ topology }: Fleet, node: NodeIndex, other: NodeIndex): boolean {
  return node !== other && topology.siteOf[node] === topology.siteOf[other];
}

/** Looks in steps, until the time is up or there is nothing more to see. */
function everyStep({ simulation }: Fleet, forMs: number, look: () => boolean): void {
  const endMs = simulation.nowMs + forMs;
  do simulation.runUntil(simulation.nowMs + STEP_MS);
  while (look() && simulation.nowMs < endMs);
}
