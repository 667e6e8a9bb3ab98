import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import './pages/torrents/page-contract.ts';

describe('stores and torrents in Chromium', () => {
  let server: PreviewServer;
  let outDir: string | undefined;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'fieldfare-torrents-'));
    const config = {
      configFile: false,
      root: fileURLToPath(new URL('pages/torrents', import.meta.url)),
      logLevel: 'error',
      resolve: { alias: { webtorrent: 'webtorrent/dist/webtorrent.min.js' } },
      build: { outDir, emptyOutDir: true, target: 'es2023' },
    } as const;
    await build(config);
    server = await preview({ ...config, preview: { port: 0, host: 'localhost' } });
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    });
    page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(`${server.resolvedUrls?.local[0]}`);
    await page.waitForFunction(() => window.acceptance !== undefined);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (outDir !== undefined) await rm(outDir, { recursive: true, force: true });
  });

  for (const kit of [
    'content',
    'ledger',
    'records',
    'hashing',
    'kept in records',
    'kept in local storage',
    'kept in a cache',
    'torrents',
    'torrents over simple-peer',
  ]) {
    test(`every case of the ${kit} kit passes`, async () => {
      const names = await page.evaluate((of) => window.acceptance.names[of]!, kit);
      expect(names.length).toBeGreaterThan(2);
      const failures: string[] = [];
      for (const [at, name] of names.entries()) {
        const error = await page.evaluate(([of, index]) => window.acceptance.run(of, index), [
          kit,
          at,
        ] as const);
        if (error !== undefined) failures.push(`${name}: ${error}`);
      }
      expect(failures).toEqual([]);
    });
  }

  test.each([
    ['a file of 60 MB is hashed in one go', 60_000_000, 0],
    ['one of 70 MB is hashed in a thread beside the page', 70_000_000, 2],
  ])('%s, and is kept only under its own hash', async (_, sizeBytes, threads) => {
    const kept = await page.evaluate((size) => window.acceptance.keepLarge(size), sizeBytes);
    console.info(
      `${sizeBytes} bytes: the page was busy for ${kept.longestBusyMs.toFixed(0)} ms at a time at most`,
    );
    expect(kept).toMatchObject({ isKept: true, refusal: 'ContentMismatch', threads });
  });

  test('12 MB go through two stores at a few MiB/s at least', async () => {
    const rates: number[] = [];
    for (let round = 0; round < 3; round++) {
      rates.push(await page.evaluate((sizeBytes) => window.acceptance.measure(sizeBytes), 12_000_000));
    }
    const median = rates.sort((left, right) => left - right)[1]!;
    console.info(
      `12 MB between two nodes of one page: ${rates.map((rate) => rate.toFixed(1)).join(', ')} MiB/s`,
    );
    expect(median).toBeGreaterThan(2);
  });
});
