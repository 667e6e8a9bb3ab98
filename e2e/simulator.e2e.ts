import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCENARIOS } from '../sim/scenarios/index.ts';
import type {} from './pages/simulator.ts';

let browser: Browser;
let vite: ViteDevServer;
let origin: string;

beforeAll(async () => {
  vite = await createServer({
    configFile: false,
    root: fileURLToPath(new URL('..', import.meta.url)),
    cacheDir: 'node_modules/.vite-simulator',
    logLevel: 'error',
    server: { port: 0, host: 'localhost', hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  await vite.listen();
  origin = `http://localhost:${(vite.httpServer!.address() as AddressInfo).port}`;
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'],
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await vite?.close();
});

test.each([
  ['churn', 100],
  ['partition-heal', 30],
])('%s of %i nodes goes the same way in Chromium as in Node', async (name, nodes) => {
  const seed = 9;
  const page = await browser.newPage();
  await page.goto(`${origin}/e2e/pages/simulator.html`);
  await page.waitForFunction(() => window.simulate !== undefined);
  const there = await page.evaluate(({ name, nodes, seed }) => window.simulate(name, nodes, seed), {
    name,
    nodes,
    seed,
  });
  const here = SCENARIOS[name]!.run({ nodes, seed, progress: () => {} });
  expect(there.trace).toBe(here.trace);
  expect(there.eventsHandled).toBe(here.eventsHandled);
  expect(there.rows).toEqual(here.rows);
});
