import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { aimOf, type Row, type Spread, spreadOf } from '../report/report.ts';
import { createMemoryRecordStore } from '../src/adapters/memory/record-store.ts';
import { createWebCryptoKeys } from '../src/adapters/webcrypto/keys.ts';
import { type Bench, type BenchOptions, nodeCpuMs } from './bench.ts';
import { type ChromiumPage, openChromiumPage } from './chromium-page.ts';
import { measureAutomerge, writeChanges } from './ledger/automerge.ts';
import { COUNTS, type FoldFigures, holdLedger, measureFolds } from './ledger/fold.ts';
import { SHAPES, type Shape } from './ledger/history.ts';
import './ledger/page/page-contract.ts';

const MOST = COUNTS.at(-1)!;
const OPENED: Shape = 'several authors';

interface FoldRow {
  readonly platform: 'Node' | 'Chromium';
  readonly shape: Shape;
  readonly figures: FoldFigures;
  readonly heapBytesPerEntry: number;
}

/**
 * Folding is what a node does with entries whose signatures hold. In Node its time is CPU time of the process, its collector's
 * threads included; in Chromium it is the page's clock. Opening is measured in Chromium's own IndexedDB, where a plain getAll of the
 * same records is the floor; Node has none. Automerge stands beside the fold in Node.
 */
export const ledger: Bench = {
  description: 'folding and opening a ledger as it grows, beside Automerge and a plain getAll',
  run: async (options) => {
    const folds = await foldsInNode(options);
    const automerge = automergeRows(options);
    const chromium = await openChromiumPage(fileURLToPath(new URL('ledger/page', import.meta.url)));
    try {
      await chromium.page.waitForFunction(() => window.ledgerBench !== undefined);
      folds.push(...(await foldsInChromium(chromium, options)));
      const opened = await opensInChromium(chromium, options);
      const rows = [...folds.flatMap(foldRows), ...automerge.rows, ...opened.rows];
      return { rows, aims: [...foldAims(folds), opened.aim, automerge.aimBeside(folds)] };
    } finally {
      await chromium.close();
    }
  },
};

async function foldsInNode({ seed, rounds, progress }: BenchOptions): Promise<FoldRow[]> {
  const keys = createWebCryptoKeys({ subtle: crypto.subtle, records: createMemoryRecordStore() });
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heapBytes = () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const rows: FoldRow[] = [];
  for (const shape of SHAPES) {
    progress(`Node: ${shape}`);
    const figures = await measureFolds(keys, { shape, seed, rounds }, nodeCpuMs);
    await holdLedger(keys, 0);
    const before = heapBytes();
    await holdLedger(keys, MOST);
    const heapBytesPerEntry = (heapBytes() - before) / MOST;
    rows.push({ platform: 'Node', shape, figures, heapBytesPerEntry });
  }
  return rows;
}

async function foldsInChromium(
  { page, heapBytes }: ChromiumPage,
  { seed, rounds, progress }: BenchOptions,
): Promise<readonly FoldRow[]> {
  const rows: FoldRow[] = [];
  for (const shape of SHAPES) {
    progress(`Chromium: ${shape}`);
    const figures = await page.evaluate((given) => window.ledgerBench.folds(given), { shape, seed, rounds });
    const hold = (count: number) => page.evaluate((given) => window.ledgerBench.hold(given), count);
    await hold(0);
    const before = await heapBytes();
    await hold(MOST);
    const heapBytesPerEntry = ((await heapBytes()) - before) / MOST;
    rows.push({ platform: 'Chromium', shape, figures, heapBytesPerEntry });
  }
  return rows;
}

function foldRows({ platform, shape, figures, heapBytesPerEntry }: FoldRow): readonly Row[] {
  const { perEntryUs, furtherMs, stepsMs } = figures;
  return perEntryUs.map(({ count, us }): Row => {
    const row = { what: `fold, ${platform}`, shape, entries: count, usPerEntry: spreadOf(us) };
    if (count !== MOST) return row;
    return {
      ...row,
      furtherMsP50: spreadOf(furtherMs.p50),
      furtherMsP95: spreadOf(furtherMs.p95),
      heapBytesPerEntry: Math.round(heapBytesPerEntry),
      ...Object.fromEntries(stepsMs.map(({ what, ms }) => [`${what}Ms`, spreadOf(ms)])),
    };
  });
}

function foldAims(folds: readonly FoldRow[]) {
  const last = (figures: FoldFigures) => figures.perEntryUs.at(-1)!.us;
  return (['Node', 'Chromium'] as const).flatMap((platform) => {
    const own = folds.filter((row) => row.platform === platform);
    const growth = ({ figures }: FoldRow) =>
      spreadOf(last(figures)).median / spreadOf(figures.perEntryUs[0]!.us).median;
    return [
      aimOf({
        name: `fold: cost of an entry at ${MOST} beside ${COUNTS[0]}, worst shape, ${platform}`,
        value: Math.max(...own.map(growth)),
        unit: 'times',
        aim: 1.5,
        direction: 'atMost',
      }),
      ...(['p50', 'p95'] as const).map((quantile) =>
        aimOf({
          name: `one further entry at ${MOST}, ${quantile}, worst shape, ${platform}`,
          value: Math.max(...own.map(({ figures }) => spreadOf(figures.furtherMs[quantile]).median)),
          unit: 'ms',
          aim: 1,
          direction: 'atMost',
        }),
      ),
    ];
  });
}

async function opensInChromium({ page }: ChromiumPage, { seed, rounds, progress }: BenchOptions) {
  const checked: Spread[] = [];
  const rows: Row[] = [];
  for (const count of COUNTS) {
    progress(`Chromium: filling IndexedDB with ${count} entries`);
    await page.evaluate((given) => window.ledgerBench.fill(given), { shape: OPENED, count, seed });
  }
  for (const count of COUNTS) {
    const perEntry = { getAll: [] as number[], folded: [] as number[], checked: [] as number[] };
    for (let round = 0; round <= rounds; round++) {
      progress(`Chromium: opening ${count} entries, round ${round} of ${rounds}`);
      const times = await page.evaluate((of) => window.ledgerBench.open(of), count);
      if (round === 0) continue;
      perEntry.getAll.push((times.getAllMs * 1000) / count);
      perEntry.folded.push((times.foldedMs * 1000) / count);
      perEntry.checked.push((times.checkedMs * 1000) / count);
    }
    checked.push(spreadOf(perEntry.checked));
    rows.push({
      what: 'open from IndexedDB, Chromium',
      shape: OPENED,
      entries: count,
      usPerEntry: spreadOf(perEntry.checked),
      withoutSignaturesUs: spreadOf(perEntry.folded),
      getAllUs: spreadOf(perEntry.getAll),
      timesGetAll: spreadOf(perEntry.folded.map((us, round) => us / perEntry.getAll[round]!)),
    });
  }
  const aim = aimOf({
    name: `open: cost of an entry at ${MOST} beside ${COUNTS[0]}, signatures checked, Chromium`,
    value: checked.at(-1)!.median / checked[0]!.median,
    unit: 'times',
    aim: 1.5,
    direction: 'atMost',
  });
  return { rows, aim };
}

/** Each change of a document copies the map that it changes, so that writing 100,000 keys of one map takes it half an hour. */
const BESIDE: readonly { shape: Shape; counts: readonly number[]; pathOf: (number: number) => string }[] = [
  { shape: 'one hot path', counts: COUNTS, pathOf: () => 'theme' },
  { shape: 'many paths', counts: COUNTS.slice(0, 2), pathOf: (number) => `device ${number}` },
];

function automergeRows({ rounds, progress }: BenchOptions) {
  const medians = new Map<Shape, number>();
  const rows = BESIDE.flatMap(({ shape, counts, pathOf }) => {
    progress(`Automerge: writing "${shape}"`);
    const changes = writeChanges(counts.at(-1)!, pathOf);
    return counts.map((count): Row => {
      const measured = [];
      for (let round = 0; round <= rounds; round++) {
        progress(`Automerge: ${shape}, ${count}, round ${round} of ${rounds}`);
        const figures = measureAutomerge(changes, count, nodeCpuMs);
        if (round > 0) measured.push(figures);
      }
      const usPerEntry = spreadOf(measured.map(({ perChangeUs }) => perChangeUs));
      medians.set(shape, usPerEntry.median);
      return {
        what: 'fold, Automerge in Node',
        shape,
        entries: count,
        usPerEntry,
        furtherMsP50: spreadOf(measured.map(({ furtherMs }) => furtherMs)),
        openSnapshotUs: spreadOf(measured.map(({ openPerChangeUs }) => openPerChangeUs)),
      };
    });
  });
  const aimBeside = (folds: readonly FoldRow[]) =>
    aimOf({
      name: 'fold beside Automerge at the most entries of each shape, worst shape, Node',
      value: Math.max(
        ...BESIDE.map(({ shape, counts }) => {
          const own = folds.find((row) => row.platform === 'Node' && row.shape === shape)!;
          const at = own.figures.perEntryUs.find(({ count }) => count === counts.at(-1))!;
          return spreadOf(at.us).median / medians.get(shape)!;
        }),
      ),
      unit: 'of its time',
      aim: 1,
      direction: 'atMost',
    });
  return { rows, aimBeside };
}
