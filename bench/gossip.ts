import type { Cluster, ClusterKind } from './gossip/cluster.ts';
import { fieldfare } from './gossip/fieldfare.ts';
import { serf } from './gossip/serf.ts';
import { aimOf, type Bench, type BenchOptions, type Spread, spreadOf } from './harness.ts';

const AGENTS = [30, 60];
/** Of one round; the percentile of a round is taken over them. */
const EVENTS = 30;
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
  description: 'how soon every node of a fleet has what one of them says, beside Serf',
  run: async (options) => {
    const rows: GossipRow[] = [];
    const aims = [];
    for (const agents of AGENTS) {
      const [peers, ours] = [await measure(serf, agents, options), await measure(fieldfare, agents, options)];
      rows.push(rowOf(serf, agents, options.rounds, peers), rowOf(fieldfare, agents, options.rounds, ours));
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

async function measure(kind: ClusterKind, agents: number, options: BenchOptions): Promise<Measured> {
  const lacking = kind.missing();
  if (lacking !== undefined) throw new Error(lacking);
  const cluster = await kind.start({ agents, progress: options.progress });
  try {
    // The first round warms compilers and trees up and is not counted.
    await roundOf(cluster);
    const rounds: number[][] = [];
    for (let round = 0; round < options.rounds; round++) {
      options.progress(`${kind.name}, ${agents} agents: round ${round + 1} of ${options.rounds}`);
      rounds.push(await roundOf(cluster));
    }
    return {
      medianMs: rounds.map((times) => spreadOf(times).median),
      p95Ms: rounds.map((times) => times[Math.ceil(times.length * 0.95) - 1]!),
    };
  } finally {
    await cluster.close();
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
