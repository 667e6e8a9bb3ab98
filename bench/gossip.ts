import { aimOf, type Row, type Spread, spreadOf } from '../report/report.ts';
import type { Bench, BenchOptions } from './bench.ts';
import {
  type Brood,
  type Cluster,
  type ClusterKind,
  createBrood,
  SILENCE_MS,
  within,
} from './gossip/cluster.ts';
import { fieldfare } from './gossip/fieldfare.ts';
import { gossipsub } from './gossip/gossipsub.ts';
import { serf } from './gossip/serf.ts';

const AGENTS = [30, 60];
/** Of one round; the percentile of a round is taken over them. */
const EVENTS = 30;
/**
 * The kinds in the order of their rows, with how long start and all rounds of one cluster may take; further rounds are left out.
 * A guess that lets all kinds in both sizes end within 20 minutes, and gives most to those that have an aim.
 */
const LIMITS_MS: ReadonlyMap<ClusterKind, number> = new Map([
  [serf, 180_000],
  [fieldfare, 270_000],
  [gossipsub, 150_000],
]);
/** How long a cluster that says nothing is watched. */
const IDLE_MS = 10_000;
/** One agent's event may still be echoing when the next begins; a guess. */
const PAUSE_MS = 50;

interface Round {
  /** In rising order; of lost events the time after which they were. */
  readonly timesMs: readonly number[];
  readonly lost: number;
}

interface Measured {
  readonly rounds: readonly Round[];
  /** CPU time of one agent. */
  readonly cpuOfEventMs: number | undefined;
  readonly cpuOfIdleSecondMs: number | undefined;
}

type Outcome =
  | { readonly type: 'measured'; readonly measured: Measured }
  | { readonly type: 'failed'; readonly reason: string };

/**
 * Time from telling one agent to say something until the last of all has told that it has it, every agent a process of its own on
 * loopback. Serf is told and heard over each agent's RPC socket, the others over a pipe. Ours spreads a signed entry, which every
 * node verifies, folds into its view and stores in memory; Serf an event without a signature; gossipsub a signed message, which
 * every node verifies and forgets. Aims are set beside Serf; gossipsub tells what another overlay costs on the same platform.
 */
export const gossip: Bench = {
  description:
    'how soon every node of a fleet has what one of them says, beside Serf and gossipsub; some twelve minutes on two quiet cores, 20 at most',
  run: async (options) => {
    const rows: Row[] = [];
    const aims = [];
    for (const agents of AGENTS) {
      const outcomes = new Map<ClusterKind, Outcome>();
      for (const kind of LIMITS_MS.keys()) {
        const outcome = await attempt(kind, agents, options);
        outcomes.set(kind, outcome);
        rows.push(rowOf(kind, agents, outcome));
      }
      const [peers, ours] = [serf, fieldfare].map((kind) => {
        const outcome = outcomes.get(kind);
        return outcome?.type === 'measured' ? outcome.measured : undefined;
      });
      aims.push(
        aimOf({
          name: `clusters of Serf's and of ours, ${agents} agents, that ran to the end`,
          value: [peers, ours].filter((measured) => measured !== undefined).length,
          unit: 'of 2',
          aim: 2,
          direction: 'atLeast',
        }),
      );
      if (peers === undefined || ours === undefined) continue;
      for (const [name, share] of [
        ['median', 0.5],
        ['p95', 0.95],
      ] as const)
        aims.push(
          aimOf({
            name: `${name} of ${agents} agents, share of Serf's`,
            value: percentiles(ours, share).median / percentiles(peers, share).median,
            unit: 'of its time',
            aim: 0.1,
            direction: 'atMost',
          }),
        );
    }
    return { rows, aims };
  },
};

/** A cluster that does not come to its end is told as such: the others are measured all the same. */
async function attempt(kind: ClusterKind, agents: number, options: BenchOptions): Promise<Outcome> {
  try {
    return { type: 'measured', measured: await measure(kind, agents, options) };
  } catch (error) {
    return { type: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function measure(kind: ClusterKind, agents: number, options: BenchOptions): Promise<Measured> {
  const lacking = kind.missing();
  if (lacking !== undefined) throw new Error(lacking);
  const brood = createBrood();
  try {
    const limitMs = LIMITS_MS.get(kind)!;
    return await within(limitMs, `${kind.name} with ${agents} agents`, (over) =>
      measureCluster(kind, { agents, brood, limitMs, over }, options),
    );
  } finally {
    await brood.end();
  }
}

async function measureCluster(
  kind: ClusterKind,
  cast: {
    readonly agents: number;
    readonly brood: Brood;
    readonly limitMs: number;
    readonly over: () => boolean;
  },
  options: BenchOptions,
): Promise<Measured> {
  const { agents, brood, limitMs, over } = cast;
  const beganMs = performance.now();
  const cluster = await kind.start({ agents, brood, seed: options.seed, progress: options.progress });
  const cpuOf = async (work: () => Promise<unknown>) => {
    const before = brood.cpuMs();
    await work();
    const after = brood.cpuMs();
    return before === undefined || after === undefined ? undefined : (after - before) / agents;
  };
  try {
    // The first round warms compilers and trees up and is not counted.
    await roundOf(cluster, over);
    const idleMs = await cpuOf(() => pause(IDLE_MS));
    const rounds: Round[] = [];
    let longestMs = 0;
    const cpuMs = await cpuOf(async () => {
      while (rounds.length < options.rounds && !over()) {
        const roundMs = performance.now();
        // What was measured counts, rather than a round that the limit cuts off.
        if (rounds.length > 0 && roundMs - beganMs + longestMs > limitMs) return;
        options.progress(`${kind.name}, ${agents} agents: round ${rounds.length + 1} of ${options.rounds}`);
        rounds.push(await roundOf(cluster, over));
        longestMs = Math.max(longestMs, performance.now() - roundMs);
      }
    });
    return {
      rounds,
      cpuOfEventMs: cpuMs && cpuMs / (rounds.length * EVENTS),
      cpuOfIdleSecondMs: idleMs && idleMs / (IDLE_MS / 1000),
    };
  } finally {
    cluster.close();
  }
}

async function roundOf(cluster: Cluster, over: () => boolean): Promise<Round> {
  const times: (number | undefined)[] = [];
  for (let event = 0; event < EVENTS && !over(); event++) {
    times.push(await cluster.spread());
    await pause(PAUSE_MS);
  }
  return {
    timesMs: times.map((ms) => ms ?? SILENCE_MS).sort((a, b) => a - b),
    lost: times.filter((ms) => ms === undefined).length,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** One value a round: the time within which that share of its events was everywhere. */
function percentiles({ rounds }: Measured, share: number): Spread {
  return spreadOf(rounds.map(({ timesMs }) => timesMs[Math.ceil(timesMs.length * share) - 1]!));
}

function rowOf(kind: ClusterKind, agents: number, outcome: Outcome): Row {
  if (outcome.type === 'failed') return { kind: kind.name, agents, failed: outcome.reason };
  const { rounds, cpuOfEventMs, cpuOfIdleSecondMs } = outcome.measured;
  return {
    kind: kind.name,
    agents,
    rounds: rounds.length,
    medianMs: percentiles(outcome.measured, 0.5),
    p95Ms: percentiles(outcome.measured, 0.95),
    lost: rounds.reduce((sum, { lost }) => sum + lost, 0),
    ...(cpuOfEventMs !== undefined && { cpuMsPerEventAndAgent: cpuOfEventMs }),
    ...(cpuOfIdleSecondMs !== undefined && { idleCpuMsPerSecondAndAgent: cpuOfIdleSecondMs }),
  };
}
