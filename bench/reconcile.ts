import { aimOf, type Spread, spreadOf } from '../report/report.ts';
import { sampleIds } from '../src/core/reconciliation/sample-ids.ts';
import type { EntryId } from '../src/core/wire/encoding/ids.ts';
import { type Bench, type BenchOptions, cpuMsOf } from './bench.ts';
import { merkle16 } from './reconciliation/merkle.ts';
import type { Method } from './reconciliation/method.ts';
import { negentropy } from './reconciliation/negentropy.ts';
import { fieldfare } from './reconciliation/ours.ts';
import { peerbitRiblt } from './reconciliation/peerbit-riblt.ts';
import { seededRandom } from './seeded-random.ts';

const COUNTS = [10_000, 100_000];
const DIFFERENCES = [0, 1, 3, 10, 64, 100, 1_000];
/** Where the peers are measured too. */
const COMPARED = new Set([1, 10, 100, 1_000]);
/**
 * Where the differing ids are: half at each end, or all at one end while the other is merely behind. Behind is our worst case in
 * bytes when the end that answers is behind, since it must then name each id that it wants.
 */
const SHAPES = ['split', 'behind'] as const;

type ReconcileRow = {
  readonly method: string;
  readonly ids: number;
  readonly differences: number;
  readonly shape: (typeof SHAPES)[number];
  readonly bytes: Spread;
  /** Of the differing ids; less than 1 is a defect of the method's implementation. */
  readonly foundShare: Spread;
  readonly roundTrips: Spread;
  /** Of the sessions: those that took one round trip. */
  readonly oneTripShare: number;
  readonly cpuMs: Spread;
  readonly prepareCpuMs: Spread;
};

/**
 * Bytes are those of all frames in both directions, encoded, without the entries and without what the transport adds. A round trip
 * is two half trips in the longest chain of frames that wait for each other until both ends know the difference; where both ends
 * greet at once when the link comes up, that first half trip is not counted. CPU is user and system time of both ends together.
 * Prepared once as the ledger grows, and shown apart: a set, a tree, a sorted vector.
 */
export const reconcile: Bench = {
  description: 'what two nodes spend to find the entries that each lacks',
  run: async (options) => {
    const rows: ReconcileRow[] = [];
    const random = seededRandom(options.seed);
    for (const ids of COUNTS) {
      // The first round warms the compiler up and is not counted.
      const samples = Array.from({ length: options.rounds + 1 }, (_, round) =>
        sampleIds(options.seed * 1000 + round, ids),
      );
      for (const shape of SHAPES)
        for (const differences of DIFFERENCES)
          for (const method of methods(random, shape, differences))
            rows.push(await measure(method, { ids, shape, differences }, samples, options.progress));
    }
    return { rows, aims: aimsOf(rows) };
  },
};

/** The peers are measured on split differences only, as the ratio is taken there, and at the sizes that all were asked for. */
function methods(random: () => number, shape: ReconcileRow['shape'], differences: number): readonly Method[] {
  const ours = fieldfare(random);
  if (shape === 'behind' || !COMPARED.has(differences)) return [ours];
  return [ours, merkle16(), negentropy('newest'), negentropy('spread'), peerbitRiblt()];
}

async function measure(
  method: Method,
  setting: Pick<ReconcileRow, 'ids' | 'differences' | 'shape'>,
  samples: readonly (readonly EntryId[])[],
  progress: BenchOptions['progress'],
): Promise<ReconcileRow> {
  const { ids, differences, shape } = setting;
  const bytes: number[] = [];
  const foundShare: number[] = [];
  const roundTrips: number[] = [];
  const cpuMs: number[] = [];
  const prepareCpuMs: number[] = [];
  for (const [round, sample] of samples.entries()) {
    progress(
      `${method.name}: ${ids} ids, ${differences} differences (${shape}), round ${round} of ${samples.length - 1}`,
    );
    const { a, b, onlyA, onlyB } = splitSample(setting, sample);
    const [prepared, preparedMs] = await cpuMsOf(() => method.prepare(a, b));
    if (round > 0) prepareCpuMs.push(preparedMs);
    for (let session = 0; session < method.sessions; session++) {
      const [outcome, spentMs] = await cpuMsOf(() => prepared.reconcile());
      if (round === 0) continue;
      bytes.push(outcome.bytes);
      const found = Math.min(outcome.onlyA, onlyA) + Math.min(outcome.onlyB, onlyB);
      foundShare.push(differences === 0 ? 1 : found / differences);
      roundTrips.push((outcome.halfTrips - (outcome.greets ? 1 : 0)) / 2);
      cpuMs.push(spentMs);
    }
  }
  return {
    method: method.name,
    ...setting,
    bytes: spreadOf(bytes),
    foundShare: spreadOf(foundShare),
    roundTrips: spreadOf(roundTrips),
    oneTripShare: roundTrips.filter((trips) => trips <= 1).length / roundTrips.length,
    cpuMs: spreadOf(cpuMs),
    prepareCpuMs: spreadOf(prepareCpuMs),
  };
}

function splitSample(
  { differences, shape }: Pick<ReconcileRow, 'differences' | 'shape'>,
  all: readonly EntryId[],
): { a: EntryId[]; b: EntryId[]; onlyA: number; onlyB: number } {
  const onlyA = shape === 'behind' ? differences : Math.ceil(differences / 2);
  const onlyB = differences - onlyA;
  const common = all.slice(onlyA + onlyB);
  return {
    a: [...common, ...all.slice(0, onlyA)],
    b: [...common, ...all.slice(onlyA, onlyA + onlyB)],
    onlyA,
    onlyB,
  };
}

function aimsOf(rows: readonly ReconcileRow[]) {
  const ours = rows.filter(({ method }) => method === 'fieldfare');
  const bytesAt = (method: string) =>
    rows.find((row) => row.method === method && row.ids === 100_000 && row.differences === 100)!.bytes.median;
  return [
    aimOf({
      name: 'differing ids that are found, in every round',
      value: Math.min(...ours.map((row) => row.foundShare.least)),
      unit: 'of them',
      aim: 1,
      direction: 'atLeast',
    }),
    ...[1, 3, 10, 64, 100, 1_000].map((differences) =>
      aimOf({
        name: `bytes beyond 100 for each difference, ${differences} differences, worst case`,
        value: Math.max(
          ...ours
            .filter((row) => row.differences === differences)
            .map((row) => (row.bytes.median - 100) / differences),
        ),
        unit: 'bytes',
        aim: 26,
        direction: 'atMost',
      }),
    ),
    aimOf({
      name: 'round trips for up to 64 differences, worst case',
      value: Math.max(...ours.filter((row) => row.differences <= 64).map((row) => row.roundTrips.median)),
      unit: 'round trips',
      aim: 1,
      direction: 'atMost',
    }),
    aimOf({
      name: 'bytes beside the Merkle tree, 100,000 ids, 100 differences',
      value: bytesAt('fieldfare') / bytesAt('16-ary Merkle tree'),
      unit: 'of its bytes',
      aim: 0.15,
      direction: 'atMost',
    }),
  ];
}
