import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCENARIOS } from '../sim/scenarios/index.ts';
import type {} from './pages/simulator.ts';
import { type SourceServer, serveSources } from './source-server.ts';

let browser: Browser;
let sources: SourceServer;

beforeAll(async () => {
  sources = await serveSources('simulator', []);
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'],
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await sources?.close();
});

test.each([
  ['churn', 100],
  ['partition-heal', 30],
])('%s of %i nodes goes the same way in Chromium as in Node', async (name, nodes) => {
  const seed = 9;
  const page = await browser.newPage();
  await page.goto(`${sources.origin}/e2e/pages/simulator.html`);
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
