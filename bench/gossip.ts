import { type Brood, type Cluster, type ClusterKind, createBrood, within } from './gossip/cluster.ts';
import { fieldfare } from './gossip/fieldfare.ts';
import { serf } from './gossip/serf.ts';
import { aimOf, type Bench, type BenchOptions, type Spread, spreadOf } from './harness.ts';

const AGENTS = [30, 60];
/** Of one round; the percentile of a round is taken over them. */
const EVENTS = 30;
/** A guess: start and all rounds of one cluster; a run that is stuck ends, and what was measured before is kept. */
const CLUSTER_LIMIT_MS = 15 * 60_000;
/** One agent's event may still be echoing when the next begins; a guess. */
const PAUSE_MS = 50;

interface Measured {
  readonly medianMs: readonly number[];
  readonly p95Ms: readonly number[];
}

type GossipRow = {
  readonly kind: string;
  readonly agents: number;
  readonly events: number;
  /** One value a round. */
  readonly medianMs: Spread;
  readonly p95Ms: Spread;
};

/**
 * Time from telling one agent to say something until the last of all has told that it has it, every agent a process of its own on
 * loopback. Serf is told and heard over each agent's RPC socket, ours over a pipe. Ours spreads a signed entry, which every
 * node verifies, folds into its view and stores in memory; Serf an event without a signature.
 */
export const gossip: Bench = {
  description:
    'how soon every node of a fleet has what one of them says, beside Serf; some ten minutes on two quiet cores, an hour at most',
  run: async (options) => {
    const rows: GossipRow[] = [];
    const aims = [];
    for (const agents of AGENTS) {
      const [peers, ours] = [await attempt(serf, agents, options), await attempt(fieldfare, agents, options)];
      if (peers !== undefined) rows.push(rowOf(serf, agents, options.rounds, peers));
      if (ours !== undefined) rows.push(rowOf(fieldfare, agents, options.rounds, ours));
      aims.push(
        aimOf({
          name: `clusters of ${agents} agents that ran to the end`,
          value: [peers, ours].filter((measured) => measured !== undefined).length,
          unit: 'of 2',
          aim: 2,
          direction: 'atLeast',
        }),
      );
      if (peers === undefined || ours === undefined) continue;
      for (const [name, of] of [
        ['median', 'medianMs'],
        ['p95', 'p95Ms'],
      ] as const)
        aims.push(
          aimOf({
            name: `${name} of ${agents} agents, share of Serf's`,
            value: spreadOf(ours[of]).median / spreadOf(peers[of]).median,
            unit: 'of its time',
            aim: 0.1,
            direction: 'atMost',
          }),
        );
    }
    return { rows, aims };
  },
};

/** Undefined, and told, when it did not come to its end: the others are measured all the same. */
async function attempt(
  kind: ClusterKind,
  agents: number,
  options: BenchOptions,
): Promise<Measured | undefined> {
  try {
    return await measure(kind, agents, options);
  } catch (error) {
    console.error(
      `\n${kind.name}, ${agents} agents: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}

async function measure(kind: ClusterKind, agents: number, options: BenchOptions): Promise<Measured> {
  const lacking = kind.missing();
  if (lacking !== undefined) throw new Error(lacking);
  const brood = createBrood();
  try {
    return await within(CLUSTER_LIMIT_MS, `${kind.name} with ${agents} agents`, (over) =>
      measureCluster(kind, { agents, brood, over }, options),
    );
  } finally {
    await brood.end();
  }
}

async function measureCluster(
  kind: ClusterKind,
  cast: { readonly agents: number; readonly brood: Brood; readonly over: () => boolean },
  options: BenchOptions,
): Promise<Measured> {
  const { agents, brood, over } = cast;
  const cluster = await kind.start({ agents, brood, progress: options.progress });
  try {
    // The first round warms compilers and trees up and is not counted.
    await roundOf(cluster);
    const rounds: number[][] = [];
    for (let round = 0; round < options.rounds && !over(); round++) {
      options.progress(`${kind.name}, ${agents} agents: round ${round + 1} of ${options.rounds}`);
      rounds.push(await roundOf(cluster));
    }
    return {
      medianMs: rounds.map((times) => spreadOf(times).median),
      p95Ms: rounds.map((times) => times[Math.ceil(times.length * 0.95) - 1]!),
    };
  } finally {
    cluster.close();
  }
}

/** Times of one round in rising order, ms. */
async function roundOf(cluster: Cluster): Promise<number[]> {
  const times: number[] = [];
  for (let event = 0; event < EVENTS; event++) {
    times.push(await cluster.spread());
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return times.sort((a, b) => a - b);
}

function rowOf(kind: ClusterKind, agents: number, rounds: number, measured: Measured): GossipRow {
  return {
    kind: kind.name,
    agents,
    events: EVENTS * rounds,
    medianMs: spreadOf(measured.medianMs),
    p95Ms: spreadOf(measured.p95Ms),
  };
}
