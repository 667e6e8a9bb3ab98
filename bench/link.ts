import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { findChromium } from '../actors/chromium.ts';
import { aimOf, type Spread, spreadOf } from '../report/report.ts';
import type { Bench } from './bench.ts';
import type { WayName } from './link/page.ts';

/** `bareAhead` differs from `bare` in its transfers alone: it hands over 1 MiB ahead. */
const WAYS = ['fieldfare', 'bare', 'bareAhead'] as const;
/** Of each way in each round. A page takes some hundred connections before it slows down. */
const LINKS_PER_ROUND = 30;
/** Many short ones in turn, since the rate of one transfer spreads on a busy machine. */
const TRANSFER_BYTES = 8 * 1024 * 1024;
const TRANSFERS_PER_ROUND = 8;

type LinkRow = {
  readonly way: WayName;
  /** Over rounds. */
  readonly readyP50Ms: Spread;
  readonly readyP95Ms: Spread;
  readonly mebibytesPerSecond: Spread;
  /** Of the whole browser, both ends and setting up; what else the machine does changes it little. */
  readonly cpuMsPerMebibyte: Spread;
};

interface Round {
  readonly readyMs: readonly number[];
  /** Of each transfer. */
  readonly mebibytesPerSecond: readonly number[];
  readonly cpuMsPerMebibyte: readonly number[];
}

/**
 * Two pages of one Chromium, each in a process of its own. Ready means for a bare pair that its data channel is open, and for
 * ours that the other end has proven its key. The ways take turns, link by link, so that what else the machine does hits both.
 */
export const link: Bench = {
  description: 'a link of ours beside a bare RTCPeerConnection: how soon it is there, and what it carries',
  run: async ({ rounds, progress }) => {
    const vite = await startPages();
    const browser = await chromium.launch({
      executablePath: await findChromium(),
      args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    });
    const measured: Record<WayName, Round[]> = { fieldfare: [], bare: [], bareAhead: [] };
    try {
      // The first round warms both up and is not counted.
      for (let round = 0; round <= rounds; round++) {
        progress(`round ${round} of ${rounds}`);
        const outcome = await runRound(browser, vite);
        if (round > 0) for (const way of WAYS) measured[way].push(outcome[way]);
      }
    } finally {
      await browser.close();
      await vite.close();
    }
    const rows = WAYS.map((way) => rowOf(way, measured[way]));
    return { rows, aims: aimsOf(measured) };
  },
};

async function runRound(browser: Browser, vite: ViteDevServer): Promise<Record<WayName, Round>> {
  const context = await browser.newContext();
  const [near, far] = [await openPage(context.newPage(), vite), await openPage(context.newPage(), vite)];
  await far.evaluate(() => window.linkBench.serve());
  await near.evaluate(() => window.linkBench.begin());
  const measure = (way: WayName, sizeBytes: number) =>
    near.evaluate(([name, size]) => window.linkBench.measure(name, size), [way, sizeBytes] as const);
  const readyMs: Record<WayName, number[]> = { fieldfare: [], bare: [], bareAhead: [] };
  const mebibytesPerSecond: Record<WayName, number[]> = { fieldfare: [], bare: [], bareAhead: [] };
  const cpuMsPerMebibyte: Record<WayName, number[]> = { fieldfare: [], bare: [], bareAhead: [] };
  const mebibytes = TRANSFER_BYTES / 1024 / 1024;
  // Whoever is first in a page pays for the start of the browser's WebRTC threads, so the first of each way is not counted.
  for (const way of WAYS) await measure(way, 0);
  for (let index = 0; index < LINKS_PER_ROUND; index++)
    for (const way of inTurn(index)) readyMs[way].push((await measure(way, 0)).readyMs);
  for (let index = 0; index < TRANSFERS_PER_ROUND; index++)
    for (const way of inTurn(index)) {
      const beforeMs = await browserCpuMs(browser);
      const { transferMs } = await measure(way, TRANSFER_BYTES);
      mebibytesPerSecond[way].push(mebibytes / (transferMs / 1000));
      cpuMsPerMebibyte[way].push(((await browserCpuMs(browser)) - beforeMs) / mebibytes);
    }
  await context.close();
  const roundOf = (way: WayName): Round => ({
    readyMs: readyMs[way],
    mebibytesPerSecond: mebibytesPerSecond[way],
    cpuMsPerMebibyte: cpuMsPerMebibyte[way],
  });
  return { fieldfare: roundOf('fieldfare'), bare: roundOf('bare'), bareAhead: roundOf('bareAhead') };
}

/** CPU time of all processes of the browser so far. */
async function browserCpuMs(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0) * 1000;
}

/** Who goes first changes each time. */
function inTurn(index: number): readonly WayName[] {
  return WAYS.map((_, place) => WAYS[(place + index) % WAYS.length]!);
}

async function openPage(opening: Promise<Page>, vite: ViteDevServer): Promise<Page> {
  const page = await opening;
  await page.goto(`${vite.resolvedUrls?.local[0]}bench/link/page.html`);
  await page.waitForFunction(() => window.linkBench !== undefined, undefined, { timeout: 60_000 });
  return page;
}

async function startPages(): Promise<ViteDevServer> {
  const vite = await createServer({
    configFile: false,
    root: fileURLToPath(new URL('..', import.meta.url)),
    cacheDir: 'node_modules/.vite-bench-link',
    logLevel: 'error',
    server: { port: 0, host: 'localhost', hmr: false, watch: null },
    // All named: a dependency that is found late would reload the page in the middle.
    optimizeDeps: {
      noDiscovery: true,
      include: ['@noble/ed25519', '@noble/hashes/sha2.js', '@thaunknown/simple-peer/lite.js'],
    },
  });
  return vite.listen();
}

/** Nearest rank. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

function rowOf(way: WayName, rounds: readonly Round[]): LinkRow {
  return {
    way,
    readyP50Ms: spreadOf(rounds.map(({ readyMs }) => percentile(readyMs, 0.5))),
    readyP95Ms: spreadOf(rounds.map(({ readyMs }) => percentile(readyMs, 0.95))),
    mebibytesPerSecond: spreadOf(rounds.map((round) => spreadOf(round.mebibytesPerSecond).median)),
    cpuMsPerMebibyte: spreadOf(rounds.map((round) => spreadOf(round.cpuMsPerMebibyte).median)),
  };
}

function aimsOf(measured: Readonly<Record<WayName, readonly Round[]>>) {
  // Of all links of a way: thirty of one round say little about their slowest twentieth.
  const readyRatio = (share: number) => {
    const [ours, theirs] = (['fieldfare', 'bare'] as const).map((way) =>
      percentile(
        measured[way].flatMap(({ readyMs }) => readyMs),
        share,
      ),
    );
    return ours! / theirs!;
  };
  const [ourRate, bareRate] = (['fieldfare', 'bare'] as const).map(
    (way) => spreadOf(measured[way].flatMap(({ mebibytesPerSecond }) => mebibytesPerSecond)).median,
  );
  return [
    aimOf({
      name: 'from introduced to authenticated, p50, beside a bare pair’s open channel',
      value: readyRatio(0.5),
      unit: 'of its time',
      aim: 1.5,
      direction: 'atMost',
    }),
    aimOf({
      name: 'from introduced to authenticated, p95, beside a bare pair’s open channel',
      value: readyRatio(0.95),
      unit: 'of its time',
      aim: 1.5,
      direction: 'atMost',
    }),
    aimOf({
      name: 'raw throughput of a bulk channel, beside a bare data channel written alike',
      value: ourRate! / bareRate!,
      unit: 'of its rate',
      aim: 0.8,
      direction: 'atLeast',
    }),
  ];
}
