import { fileURLToPath } from 'node:url';
import { aimOf, type Row, spreadOf } from '../report/report.ts';
import type { Bench } from './bench.ts';
import { openChromiumPage } from './chromium-page.ts';
import type { FlushTimes } from './dashboard/page/page-contract.ts';

const DEVICES = 10_000;
const UPDATES_PER_SECOND = 200;
/** As the store flushes at most (src/store/fleet-store.ts). */
const FLUSH_MS = 250;
/** A whole round of renewals takes 200 flushes at this size. */
const FLUSHES = { flushes: 200, fromScratch: 8 };
/** Of what is rare and costs more. */
const RARE_FLUSHES = { flushes: 10, fromScratch: 5 };
const PAGE_FLUSHES = { flushes: 40, fromScratch: 8 };

/**
 * One flush of the dashboard's store: from what the node holds to the model that pages show, beside the same model made from scratch after
 * the same updates on the same node, as it was made before the projection was incremental. The ratio is taken within each round, so that a
 * machine that others use does not tilt it. The times of pages have in them what React and the layout do.
 */
export const dashboard: Bench = {
  description: `one flush of ${DEVICES.toLocaleString('en')} devices at ${UPDATES_PER_SECOND} updates a second, beside a projection from scratch`,
  run: async ({ seed, rounds, progress }) => {
    const chromium = await openChromiumPage(fileURLToPath(new URL('dashboard/page', import.meta.url)));
    const { page, version } = chromium;
    try {
      await page.waitForFunction(() => window.dashboardBench !== undefined);
      progress('fleet');
      await page.evaluate((options) => window.dashboardBench.prepare(options), {
        seed,
        devices: DEVICES,
        updatesPerSecond: UPDATES_PER_SECOND,
        flushMs: FLUSH_MS,
      });
      const measured = new Map<string, FlushTimes[]>();
      const note = (what: string, times: FlushTimes) =>
        measured.set(what, [...(measured.get(what) ?? []), times]);
      // The first round warms the compiler up and is not counted.
      for (let round = 0; round <= rounds; round++) {
        for (const [what, occasion, counts] of [
          ['updates', 'updates', FLUSHES],
          ['updates and an entry', 'config', RARE_FLUSHES],
          ['updates and a release', 'release', RARE_FLUSHES],
        ] as const) {
          progress(`${what}, round ${round} of ${rounds}`);
          const options = { occasion, ...counts };
          const times = await page.evaluate((each) => window.dashboardBench.measureFlushes(each), options);
          if (round > 0) note(what, times);
        }
        for (const path of ['/devices', '/']) {
          progress(`page ${path}, round ${round} of ${rounds}`);
          const options = { path, ...PAGE_FLUSHES };
          const times = await page.evaluate((each) => window.dashboardBench.measurePage(each), options);
          if (round > 0)
            note(path === '/' ? 'updates, with the Overview page' : 'updates, with the Devices page', times);
        }
      }
      const rows = Array.from(measured, ([what, times]) => rowOf(what, times, version));
      const flush = rows[0]!;
      return {
        rows,
        aims: [
          aimOf({
            name: `a flush at ${DEVICES.toLocaleString('en')} devices and ${UPDATES_PER_SECOND} updates a second, median`,
            value: flush.todayMs.median,
            unit: 'ms',
            aim: 8,
            direction: 'atMost',
          }),
          aimOf({
            name: 'the same beside a projection from scratch, median',
            value: flush.ofFromScratch.median,
            unit: 'of its time',
            aim: 0.1,
            direction: 'atMost',
          }),
        ],
      };
    } finally {
      await chromium.close();
    }
  },
};

function rowOf(what: string, rounds: readonly FlushTimes[], version: string) {
  const medianOf = (times: readonly number[]) => spreadOf(times).median;
  return {
    flush: what,
    platform: `Chromium ${version}`,
    todayMs: spreadOf(rounds.map(({ today }) => medianOf(today))),
    today95thMs: spreadOf(rounds.map(({ today }) => ninetyFifth(today))),
    fromScratchMs: spreadOf(rounds.map(({ fromScratch }) => medianOf(fromScratch))),
    ofFromScratch: spreadOf(rounds.map(({ today, fromScratch }) => medianOf(today) / medianOf(fromScratch))),
  } satisfies Row;
}

function ninetyFifth(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)]!;
}
