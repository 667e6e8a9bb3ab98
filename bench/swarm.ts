import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { aimOf, type Row, spreadOf } from '../report/report.ts';
import type { Bench } from './bench.ts';
import { openKioskFleet, type RolloutFigures } from './swarm/kiosk-fleet.ts';

interface Scale {
  readonly kiosks: number;
  readonly mebibytes: number;
  readonly limitMs: number;
}

const SCALES: readonly Scale[] = [
  { kiosks: 3, mebibytes: 8, limitMs: 90_000 },
  { kiosks: 8, mebibytes: 64, limitMs: 240_000 },
];
/** Within which 64 MiB are to be at eight kiosks. */
const LARGE_LIMIT_S = 90;
const MAX_COPIES = 2;

/**
 * A release of random bytes from a dashboard to kiosks, all pages of one Chromium on one machine: real links, stores and pages. Each
 * round is another release in the same fleet, whose links stand. The first of each fleet is not counted: it loads the engine.
 */
export const swarm: Bench = {
  description: 'how soon a release is at all kiosks, and how many copies of it the publisher gives',
  run: async ({ seed, rounds, progress }) => {
    execFileSync('node', [
      fileURLToPath(new URL('../tools/launch/setup.mjs', import.meta.url)),
      '--chromium',
      '--build',
    ]);
    const measured = new Map<Scale, readonly RolloutFigures[]>();
    for (const scale of SCALES) measured.set(scale, await measure(scale, { seed, rounds, progress }));
    const rows = [...measured].map(([scale, figures]) => rowOf(scale, figures));
    return { rows, aims: aimsOf([...measured.values()] as [RolloutFigures[], RolloutFigures[]]) };
  },
};

async function measure(
  { kiosks, mebibytes, limitMs }: Scale,
  { seed, rounds, progress }: Parameters<Bench['run']>[0],
): Promise<readonly RolloutFigures[]> {
  const figures: RolloutFigures[] = [];
  progress(`opening a dashboard and ${kiosks} kiosks`);
  const fleet = await openKioskFleet(kiosks);
  try {
    await fleet.rollOut({ version: '0', mebibytes: 1, seed, limitMs });
    for (let round = 1; round <= rounds; round++) {
      progress(`${mebibytes} MiB to ${kiosks} kiosks, round ${round} of ${rounds}`);
      const release = { version: String(round), mebibytes, seed: seed * 1_000 + round, limitMs };
      figures.push(await fleet.rollOut(release));
    }
  } finally {
    await fleet.close();
  }
  return figures;
}

function rowOf({ kiosks, mebibytes, limitMs }: Scale, figures: readonly RolloutFigures[]): Row {
  const times = figures.flatMap(({ secondsToAll }) => secondsToAll ?? []);
  return {
    kiosks,
    mebibytes,
    ended: `${times.length} of ${figures.length} within ${limitMs / 1000} s`,
    ...(times.length > 0 && { secondsToAll: spreadOf(times) }),
    copiesFromPublisher: spreadOf(figures.map(({ copiesFromPublisher }) => copiesFromPublisher)),
    cpuMsPerMebibyte: spreadOf(figures.map(({ cpuMsPerMebibyte }) => cpuMsPerMebibyte)),
  };
}

function aimsOf([small, large]: readonly [readonly RolloutFigures[], readonly RolloutFigures[]]) {
  return [
    aimOf({
      name: '8 MiB to 3 kiosks: copies from the publisher, median',
      value: spreadOf(small.map(({ copiesFromPublisher }) => copiesFromPublisher)).median,
      unit: 'copies',
      aim: MAX_COPIES,
      direction: 'atMost',
    }),
    aimOf({
      name: `64 MiB to 8 kiosks: rounds that ended within ${LARGE_LIMIT_S} s`,
      value: large.filter(({ secondsToAll = Number.POSITIVE_INFINITY }) => secondsToAll <= LARGE_LIMIT_S)
        .length,
      unit: `of ${large.length}`,
      aim: large.length,
      direction: 'atLeast',
    }),
  ];
}
