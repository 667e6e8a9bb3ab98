import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFixture } from '../src/store/fixture/fixture.ts';
import { LEAN_START } from './lean-start.ts';

const root = fileURLToPath(new URL('pages-a11y', import.meta.url));
const fixture = createFixture({ seed: 7, nowMs: 0, devices: 24 });
const sample = fixture.store.getState();
/** The moment after the first value of a key that changed since. */
const past = fixture.commands.ledger
  .read()
  .moments()
  .findLast(({ path }) => path === '/config/fleet/theme');

const PAGES: readonly { readonly name: string; readonly query?: string; readonly hash: string }[] = [
  { name: 'first-run', query: '?session=no-fleet', hash: '#/' },
  { name: 'overview', hash: '#/' },
  { name: 'overview', query: '?devices=0', hash: '#/' },
  { name: 'devices', hash: '#/devices' },
  { name: 'devices', query: '?devices=0', hash: '#/devices' },
  { name: 'device', hash: `#/devices/${sample.devices[1]?.id}` },
  { name: 'pair', hash: '#/pair?code=k7f2qm' },
  { name: 'releases', hash: '#/releases' },
  { name: 'release', hash: `#/releases/${sample.releases[0]?.id}` },
  { name: 'release', hash: `#/releases/${sample.releases[1]?.id}` },
  { name: 'rollouts', hash: '#/rollouts' },
  { name: 'rollout', hash: `#/rollouts/${sample.rollouts[2]?.id}` },
  { name: 'new-rollout', hash: `#/rollouts/new?release=${sample.releases[1]?.id}` },
  { name: 'rollout', hash: `#/rollouts/${sample.rollouts[0]?.id}` },
  { name: 'new-rollout', hash: '#/rollouts/new' },
  {
    name: 'new-rollout',
    hash: `#/rollouts/new?release=${sample.releases[0]?.id}&devices=${sample.devices[0]?.id}`,
  },
  { name: 'mesh', hash: '#/mesh' },
  { name: 'mesh', query: '?watch=named', hash: '#/mesh?show=summary' },
  { name: 'mesh', query: '?devices=0', hash: '#/mesh' },
  { name: 'site', hash: '#/mesh/site?name=Harbour%20Street' },
  { name: 'site', query: '?watch=named', hash: '#/mesh/site?name=North%20Ward' },
  { name: 'overview', query: '?watch=named', hash: '#/' },
  { name: 'devices', query: '?watch=named', hash: '#/devices' },
  { name: 'device', query: '?watch=named', hash: `#/devices/${sample.devices[1]?.id}` },
  { name: 'doctor', hash: '#/doctor' },
  { name: 'config', hash: `#/config?device=${sample.devices[0]?.id}` },
  { name: 'config', query: '?devices=0', hash: '#/config' },
  { name: 'ledger', hash: '#/ledger' },
  { name: 'ledger', hash: `#/ledger?path=/config/fleet/theme&at=${past?.entry}` },
  { name: 'ledger', hash: '#/ledger?path=/no/such/path&at=unknown' },
  { name: 'ledger', query: '?devices=0', hash: '#/ledger' },
  { name: 'activity', hash: '#/activity' },
  { name: 'settings', hash: '#/settings' },
  { name: 'missing', hash: '#/no-such-page' },
];

const VIEWS = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'phone', width: 390, height: 844 },
] as const;

describe('the dashboard with the sample fleet', () => {
  let folder: string;
  let server: PreviewServer;
  let browser: Browser;
  let origin: string;
  let axeSource: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldfare-pages-'));
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      base: './',
      plugins: [react()],
      build: { outDir: folder, emptyOutDir: true, target: 'es2023' },
    });
    server = await preview({ root, configFile: false, build: { outDir: folder }, preview: { port: 0 } });
    origin = server.resolvedUrls?.local[0] ?? '';
    axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    browser = await chromium.launch({
      executablePath: process.env.FIELDFARE_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        LEAN_START,
      ],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(options: {
    readonly scheme: 'light' | 'dark';
    readonly view: (typeof VIEWS)[number];
  }): Promise<Page> {
    const context = await browser.newContext({
      colorScheme: options.scheme,
      viewport: { width: options.view.width, height: options.view.height },
      reducedMotion: 'reduce',
    });
    return context.newPage();
  }

  for (const scheme of ['light', 'dark'] as const) {
    for (const view of VIEWS) {
      it(`has no accessibility fault and no sideways scroll on any page, ${scheme}, ${view.name}`, async () => {
        const page = await open({ scheme, view });
        const faults: string[] = [];
        page.on('pageerror', (error) => faults.push(String(error)));
        for (const each of PAGES) {
          await page.goto('about:blank');
          await page.goto(`${origin}${each.query ?? ''}${each.hash}`);
          await page.getByTestId(`page-${each.name}`).waitFor();
          const place = `${each.query ?? ''}${each.hash}`;
          faults.push(...(await findFaults(page, axeSource)).map((fault) => `${place}: ${fault}`));
          const overflowPx = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          if (overflowPx > 0) faults.push(`${place}: ${overflowPx} px wider than the window`);
        }
        await page.context().close();
        expect(faults).toEqual([]);
      });
    }
  }

  it('has no accessibility fault in its dialogs, and closes them with Escape', async () => {
    const page = await open({ scheme: 'light', view: VIEWS[0] });
    await page.goto(`${origin}#/`);
    await page.getByTestId('page-overview').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await findFaults(page, axeSource)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('menu board 2');
    expect(await findFaults(page, axeSource)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Menu board 2' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.getByTestId('page-ledger').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('button', { name: 'Remove theme for the whole fleet' }).click();
    await page.getByRole('dialog', { name: 'Remove "theme" for the whole fleet?' }).waitFor();
    expect(await findFaults(page, axeSource)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const looksInto = async (button: string, dialog: string | RegExp) => {
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.getByRole('dialog', { name: dialog }).waitFor();
      expect(await findFaults(page, axeSource), button).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    await looksInto('Add a rule', 'Add a rule');
    await looksInto('Change the rule of All products for the whole fleet', 'Change a rule');
    await looksInto('Change service printer', 'Change "printer"');
    await looksInto('Remove service printer', 'Remove service "printer"?');
    await page.goto(`${origin}#/rollouts/${sample.rollouts[0]?.id}`);
    await page.getByTestId('page-rollout').waitFor();
    await looksInto('Go back', 'Go back from menu 1.4.0');
    await page.goto(`${origin}#/releases/${sample.releases[1]?.id}`);
    await page.getByTestId('page-release').waitFor();
    await looksInto('Go back to 1.3.2', 'Go back to menu 1.3.2');
    await page.goto(`${origin}#/rollouts/${sample.rollouts[2]?.id}`);
    await page.getByTestId('page-rollout').waitFor();
    await looksInto('Roll it out again', 'Roll out menu 1.3.2 again');
    await page.goto(`${origin}?watch=named#/mesh`);
    await page.getByTestId('page-mesh').waitFor();
    await looksInto('Choose sites to watch', 'Sites to watch');
    await page.goto(`${origin}?root=split#/settings`);
    await page.getByTestId('page-settings').waitFor();
    await looksInto('Change root keys', 'Change root keys');
    await looksInto('Grant in the root’s name', 'Grant in the root’s name');
    await looksInto('Sign a proposal', 'Sign a proposal');
    await looksInto('Use it: fieldfare-till-4400', 'Use fieldfare-till-4400?');
    await looksInto('Show this key', 'The key of this browser');
    await page.context().close();
  });
});

/** Violations of WCAG 2.2 AA and of axe's best practices, one line each. */
async function findFaults(page: Page, axeSource: string): Promise<string[]> {
  await page.evaluate(axeSource);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return results.violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${violation.id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`,
    ),
  );
}
