import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { isPackable, packBatch } from '../src/adapters/verification/batch.ts';
import { vectors } from '../vectors/ed25519.json' with { type: 'json' };
import { openScene, type Scene } from './actors/scene.ts';
import { copyPages, deployShell } from './fixtures/shell-build.ts';
import { type WebAppShape, writeWebApp } from './fixtures/web-app.ts';

/** A guess: small apps, on two cores that other browsers share. */
const COMMIT_TIMEOUT_MS = 90_000;
const PAGE_TIMEOUT_MS = 30_000;
const SHELL = new URL('../dist/shell/', import.meta.url);

let scene: Scene;
let operator: OperatorActor;

describe('the shell', () => {
  beforeEach(async () => {
    scene = await openScene();
    operator = await scene.operator('operator');
  });
  afterEach(() => scene?.close());

  const APPS = [
    { page: 'index.html', path: '/', name: 'Fieldfare', shows: '[data-testid=page-first-run]' },
    { page: 'kiosk.html', path: '/kiosk.html', name: 'Fieldfare kiosk', shows: '[data-kiosk=pairing]' },
  ] as const;

  test.each(APPS)(
    'links $page, as it is built, to a manifest of its own that starts there',
    async ({ page, path, name }) => {
      const manifest = await builtManifestOf(page);
      expect(manifest).toMatchObject({ name, id: path, start_url: path, scope: path });
      for (const { src } of manifest.icons) await readFile(new URL(`.${src}`, SHELL));
      expect(
        new Set((await Promise.all(APPS.map((app) => builtManifestOf(app.page)))).map(({ id }) => id)).size,
      ).toBe(APPS.length);
    },
  );

  test.each(APPS)(
    'installs $page as an app that starts there, with its server and without',
    async ({ path, name, shows }) => {
      const { page, context } = operator;
      await page.goto(`${scene.site.shellUrl}${path}`);
      await workerServes(page);
      await page.reload();
      expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toBe(
        `${scene.site.shellUrl}/service-worker.js`,
      );
      const devTools = await context.newCDPSession(page);
      const { errors, data } = await devTools.send('Page.getAppManifest');
      expect(errors).toEqual([]);
      expect(JSON.parse(data ?? '{}')).toMatchObject({ name });
      // What Chromium itself makes of it, addresses resolved.
      const { appId } = await devTools.send('Page.getAppId');
      expect(appId).toBe(`${scene.site.shellUrl}${path}`);
      expect((await devTools.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([]);

      const start = new URL(JSON.parse(data ?? '{}').start_url, page.url()).href;
      for (const served of [true, false]) {
        if (!served) await killServers();
        await page.goto('about:blank');
        await page.goto(start);
        await page.locator(shows).waitFor({ state: 'attached', timeout: PAGE_TIMEOUT_MS });
        // The browser asks for it again and again.
        expect(
          await page.evaluate(
            async () => (await fetch(document.querySelector<HTMLLinkElement>('link[rel=manifest]')!.href)).ok,
          ),
        ).toBe(true);
      }
    },
  );

  test('starts without its servers: the dashboard knows its fleet', async () => {
    await operator.createFleet('Harbour cafes', 'Ada');
    await workerServes(operator.page);
    await killServers();
    await operator.page.reload();
    await operator.page.getByTestId('page-overview').waitFor({ timeout: PAGE_TIMEOUT_MS });
    expect(await operator.page.getByTestId('page-overview').innerText()).toContain('Harbour cafes');
    await openEveryPage();

    await operator.stop();
    operator = await scene.operator('operator');
    await operator.page.getByTestId('page-overview').waitFor({ timeout: PAGE_TIMEOUT_MS });
  });

  test('goes on without them in the tab that opened it first', async () => {
    await operator.createFleet('Harbour cafes', 'Ada');
    await workerServes(operator.page);
    await killServers();
    await openEveryPage();
  });

  test('checks signatures in a thread beside the page, without its servers and under its policy', async () => {
    await workerServes(operator.page);
    const assets = await readdir(new URL('../dist/shell/assets', import.meta.url));
    const script = assets.find((name) => /^verification-worker.*\.js$/.test(name));
    await killServers();
    const checks = vectors
      .map(({ key, message, signature, valid }) => ({
        key: Buffer.from(key, 'hex'),
        message: Buffer.from(message, 'hex'),
        signature: Buffer.from(signature, 'hex'),
        valid,
      }))
      .filter(isPackable);
    const batch = packBatch(checks);
    const holds = await operator.page.evaluate(
      ({ url, bytes }) =>
        new Promise<readonly number[]>((resolve, reject) => {
          const worker = new Worker(url, { type: 'module' });
          worker.onmessage = ({ data }) => resolve([...data.holds]);
          worker.onerror = (event) => reject(new Error(event.message || 'the worker was not loaded'));
          worker.postMessage({ serial: 0, batch: Uint8Array.from(bytes) });
        }),
      { url: `/assets/${script}`, bytes: [...batch] },
    );
    expect(holds.map(Boolean)).toEqual(checks.map(({ valid }) => valid));
  });

  test('starts without its servers: the kiosk runs its release', async () => {
    await operator.createFleet('Harbour cafes', 'Ada');
    let kiosk = await scene.pairedKiosk(operator, 'till');
    await rollOut({ version: '1.0.0', saysHealthy: true });
    await committed(kiosk, '1.0.0');
    await killServers();
    await operator.stop();

    await kiosk.page.reload();
    await headingIs(kiosk, 'Notices 1.0.0');
    await kiosk.stop();
    kiosk = await scene.kiosk('till');
    await headingIs(kiosk, 'Notices 1.0.0');
    expect(await kiosk.state()).toMatchObject({ stage: 'committed', version: '1.0.0' });
  });
});

describe('a new build of the shell', () => {
  let pages: string;
  let kiosk: KioskActor;

  beforeEach(async () => {
    pages = await copyPages(await mkdtemp(join(tmpdir(), 'fieldfare-pages-')));
    scene = await openScene({ pagesDirectory: pages });
    operator = await scene.operator('operator');
    await operator.createFleet('Harbour cafes', 'Ada');
    kiosk = await scene.pairedKiosk(operator, 'till');
    await rollOut({ version: '1.0.0', saysHealthy: true });
    await committed(kiosk, '1.0.0');
    await workerServes(kiosk.page);
  });
  afterEach(async () => {
    await scene?.close();
    await rm(pages, { recursive: true, force: true });
  });

  test('is taken by a resting kiosk, which goes on with its release', async () => {
    await deployShell(pages, 'second');
    await lookForUpdate(kiosk.page);
    await runsBuild(kiosk.page, 'second');
    await headingIs(kiosk, 'Notices 1.0.0');
    expect(await kiosk.state()).toMatchObject({ stage: 'committed', version: '1.0.0' });
  });

  test('waits while an update is under way', async () => {
    // The page that installed the first worker is not controlled by it, so there a second one has nothing to wait for.
    await kiosk.page.reload();
    await headingIs(kiosk, 'Notices 1.0.0');
    await rollOut({ version: '2.0.0' }, 300);
    await kiosk.until('try the release', ({ stage }) => stage === 'probation', COMMIT_TIMEOUT_MS);
    await headingIs(kiosk, 'Notices 2.0.0');
    await markPage(kiosk.page);

    await deployShell(pages, 'second');
    await lookForUpdate(kiosk.page);
    await updateWaits(kiosk.page);
    await staysLoaded(kiosk.page);
    await kiosk.releaseFrame()!.evaluate(() => (window as unknown as ReleaseWindow).fieldfare.healthy());
    await committed(kiosk, '2.0.0');

    await runsBuild(kiosk.page, 'second');
    await headingIs(kiosk, 'Notices 2.0.0');
    expect(await kiosk.state()).toMatchObject({ stage: 'committed', version: '2.0.0' });
  });

  test('leaves the open dashboard whole, which asks before it is loaded anew', async () => {
    await workerServes(operator.page);
    await markPage(operator.page);
    await deployShell(pages, 'second');
    await openEveryPage();
    await lookForUpdate(operator.page);
    const offer = operator.page.getByRole('button', { name: 'Reload now' });
    await offer.waitFor({ timeout: PAGE_TIMEOUT_MS });
    expect(await isMarked(operator.page)).toBe(true);
    await offer.click();
    await runsBuild(operator.page, 'second');
    await openEveryPage();
  });
});

interface AppManifest {
  readonly id: string;
  readonly icons: readonly { readonly src: string }[];
}

/** The manifest that a page of the build names. */
async function builtManifestOf(page: string): Promise<AppManifest> {
  const html = await readFile(new URL(page, SHELL), 'utf8');
  const href = /<link rel="manifest" href="([^"]+)"/.exec(html)?.[1];
  return JSON.parse(await readFile(new URL(`.${href}`, SHELL), 'utf8'));
}

type ReleaseWindow = { fieldfare: { healthy(): void } };

async function killServers(): Promise<void> {
  await scene.site.kill();
  await scene.signaling.kill();
}

/** The shell's files are all kept, and its worker runs. */
function workerServes(page: Page): Promise<void> {
  return expect
    .poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state), {
      timeout: PAGE_TIMEOUT_MS,
    })
    .toBe('activated');
}

/** A newer worker is wholly here; the page was told, since its listener was there before. */
function updateWaits(page: Page): Promise<void> {
  return expect
    .poll(
      () => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting?.state),
      { timeout: PAGE_TIMEOUT_MS },
    )
    .toBe('installed');
}

/** What the page does by itself once an hour. */
function lookForUpdate(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });
}

function runsBuild(page: Page, name: string): Promise<void> {
  return expect
    .poll(() => page.evaluate(() => document.documentElement.dataset.build).catch(() => 'loading'), {
      timeout: PAGE_TIMEOUT_MS,
    })
    .toBe(name);
}

/** Tells this load of the page from a later one. */
function markPage(page: Page): Promise<void> {
  return page.evaluate(() => {
    document.documentElement.dataset.marked = 'true';
  });
}

function isMarked(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.dataset.marked === 'true');
}

/** That nothing happens shows only over time: the kiosk looks every 5 s whether it may take the new build. */
async function staysLoaded(page: Page): Promise<void> {
  const sinceMs = await page.evaluate(() => performance.now());
  await page.waitForFunction(
    (since) => performance.now() > since + 6_000 || performance.now() < since,
    sinceMs,
  );
  expect(await isMarked(page)).toBe(true);
}

/** Each is a script of its own that is loaded when it is wanted. */
async function openEveryPage(): Promise<void> {
  for (const name of ['devices', 'releases', 'rollouts', 'mesh', 'activity', 'settings', 'pair']) {
    await operator.goTo(`/${name}`);
    await operator.page.getByTestId(`page-${name}`).waitFor({ timeout: PAGE_TIMEOUT_MS });
  }
}

async function rollOut(app: WebAppShape, healthyWithinSeconds = 60): Promise<void> {
  await operator.rollOutFolder({
    folder: await writeWebApp(await scene.folder('app'), app),
    healthyWithinSeconds,
  });
}

function committed(kiosk: KioskActor, version: string): Promise<unknown> {
  return kiosk.until(
    `committed ${version}`,
    (seen) => seen.stage === 'committed' && seen.version === version,
    COMMIT_TIMEOUT_MS,
  );
}

function headingIs(kiosk: KioskActor, heading: string): Promise<void> {
  return expect
    .poll(
      () =>
        kiosk
          .releaseFrame()
          ?.locator('h1')
          .innerText({ timeout: 1_000 })
          .catch(() => ''),
      {
        timeout: PAGE_TIMEOUT_MS,
      },
    )
    .toBe(heading);
}
