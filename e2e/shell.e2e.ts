import { createHash, X509Certificate } from 'node:crypto';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Chromium, launchChromium } from '../actors/chromium.ts';
import { connectTo, FIRST_PAGE } from '../actors/connect.ts';
import { createLanSite } from '../cli/lan-site.ts';
import { createSiteServer } from '../cli/site-server.ts';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

let work: string;
let distDirectory: string;
let running: Chromium | undefined;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'fieldfare-shell-'));
  distDirectory = join(work, 'dist');
  await cp(DIST, distDirectory, { recursive: true });
});
afterEach(async () => {
  running?.kill('SIGKILL');
  await running?.exited;
  running = undefined;
  for (const close of closing.splice(0)) await close();
  await rm(work, { recursive: true, force: true });
});

async function browse(...extraArguments: string[]): Promise<Browser> {
  running = await launchChromium({
    userDataDirectory: join(work, 'profile'),
    headless: true,
    extraArguments: [...extraArguments, FIRST_PAGE],
  });
  return connectTo(running.wsEndpoint);
}

/** As src/service-worker/register.ts does; resolves when the worker serves. */
async function installShell(): Promise<string> {
  const registration = await navigator.serviceWorker.register('/service-worker.js', {
    updateViaCache: 'none',
  });
  await navigator.serviceWorker.ready;
  const worker = registration.active;
  if (worker?.state === 'activating') {
    await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
  }
  return worker?.state ?? 'none';
}

function serve(port: number) {
  const options = {
    host: 'localhost',
    distDirectory,
    signaling: [],
    signalingServer: undefined,
    tls: undefined,
  };
  return createSiteServer({ ...options, port });
}

describe('the installed shell', () => {
  it('starts both pages, and knows its site, when the server is gone', async () => {
    const site = await serve(0);
    closing.push(() => site.close());
    const browser = await browse();
    const page = await browser.contexts()[0]!.newPage();
    const shell = `http://localhost:${site.port}`;
    await page.goto(`${shell}/`);
    expect(await page.evaluate(installShell)).toBe('activated');
    await site.close();

    for (const [path, title] of [
      ['/', 'Fieldfare'],
      ['/devices/7?site=north', 'Fieldfare'],
      ['/kiosk.html', 'Fieldfare kiosk'],
      ['/kiosk.html?fleet=1', 'Fieldfare kiosk'],
    ] as const) {
      await page.goto(`${shell}${path}`);
      expect(await page.title()).toBe(title);
    }
    const kept = await page.evaluate(() => fetch('/fieldfare.json').then((answer) => answer.json()));
    expect(kept).toEqual({ appOriginPort: site.appOriginPort, signaling: [], preset: 'wan' });
  });

  it('keeps a new build waiting until the page says so', async () => {
    const site = await serve(0);
    closing.push(() => site.close());
    const page = await (await browse()).contexts()[0]!.newPage();
    await page.goto(`http://localhost:${site.port}/manifest.webmanifest`);
    await page.evaluate(installShell);
    await page.reload();
    await appendFile(join(distDirectory, 'shell/service-worker.js'), '\n// the next build');

    const waited = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      const next = registration.installing ?? registration.waiting;
      if (next === null) return 'no update was found';
      if (next.state === 'installing') {
        await new Promise((resolve) => next.addEventListener('statechange', resolve, { once: true }));
      }
      return registration.waiting === next && next.state;
    });
    expect(waited).toBe('installed');

    const applied = await page.evaluate(async () => {
      const next = (await navigator.serviceWorker.ready).waiting!;
      const changed = new Promise((resolve) =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      );
      next.postMessage({ type: 'something-else' });
      next.postMessage({ type: 'skip-waiting' });
      await changed;
      return next === navigator.serviceWorker.controller;
    });
    expect(applied).toBe(true);
  });

  it('draws the pairing link of a kiosk as a square, large enough to be scanned', async () => {
    const site = await serve(0);
    closing.push(() => site.close());
    const page = await (await browse()).contexts()[0]!.newPage();
    await page.goto(`http://localhost:${site.port}/kiosk.html`);
    const square = page.getByRole('img', { name: 'Pairing link of this screen' });
    await square.waitFor();
    expect((await square.boundingBox())?.width).toBeGreaterThanOrEqual(180);
  });

  it('breaks no rule of its own content security policy', async () => {
    const site = await serve(0);
    closing.push(() => site.close());
    const page = await (await browse()).contexts()[0]!.newPage();
    const refused: string[] = [];
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) refused.push(message.text());
    });
    for (const path of ['/', '/kiosk.html']) {
      await page.goto(`http://localhost:${site.port}${path}`, { waitUntil: 'networkidle' });
    }
    expect(refused).toEqual([]);
  });
});

describe('a LAN site', () => {
  it('is a secure context under a name of the LAN, and installs there', async () => {
    const lan = await createLanSite({
      port: 0,
      host: '127.0.0.1',
      distDirectory,
      signaling: [],
      signalingServer: undefined,
      authorityDirectory: join(work, 'ca'),
      onRenewed: () => {},
    });
    closing.push(() => lan.close());
    const browser = await browse(
      '--host-resolver-rules=MAP till.local 127.0.0.1',
      `--ignore-certificate-errors-spki-list=${await publicKeyDigest(lan.site.port)}`,
    );
    const page = await browser.contexts()[0]!.newPage();
    await page.goto(`https://till.local:${lan.site.port}/kiosk.html`);
    expect(await page.evaluate(() => isSecureContext)).toBe(true);
    expect(await page.evaluate(installShell)).toBe('activated');

    await page.goto(`http://till.local:${lan.trustPort}/`);
    expect(await page.textContent('body')).toContain(lan.authority.fingerprint);
  });
});

/** What the flag takes: base64 of the SHA-256 of the leaf's SubjectPublicKeyInfo. */
function publicKeyDigest(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const leaf = new X509Certificate(socket.getPeerCertificate().raw);
      socket.destroy();
      const info = leaf.publicKey.export({ type: 'spki', format: 'der' });
      resolve(createHash('sha256').update(info).digest('base64'));
    });
    socket.on('error', reject);
  });
}
