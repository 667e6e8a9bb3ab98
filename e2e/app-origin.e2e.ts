import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Frame, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FrameEvent } from '../src/ports/release-frame.ts';
import { dialingRelease, escapeRelease } from './app-origin/escape-release.ts';
import { type ForeignServer, startForeignServer } from './app-origin/foreign-server.ts';
import { type Origins, startOrigins } from './app-origin/origins.ts';
import type {} from './app-origin/shell-page.ts';

const WAIT = { timeout: 20_000, interval: 50 };
const SWAGGER_FOLDER = fileURLToPath(new URL('../node_modules/swagger-ui-next/', import.meta.url));

let origins: Origins;
let browser: Browser;
let context: BrowserContext;
let shell: Page;

beforeAll(async () => {
  origins = await startOrigins();
  for (const name of await readdir(SWAGGER_FOLDER))
    if (!name.endsWith('.map'))
      origins.releases.set(`swagger/${name}`, await readFile(`${SWAGGER_FOLDER}${name}`));
  ship('hello', {
    'index.html': '<title>Hello</title><h1>Hello</h1><script src="/hello.js"></script>',
    'hello.js': `fieldfare.onConfig((config) => { document.querySelector('h1').textContent = config.greeting; });
      fieldfare.ready.then(() => fieldfare.healthy());`,
    'late.json': '{"late":true}',
  });
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--headless=new',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await origins?.close();
});

beforeEach(async () => {
  await origins.openApp();
  context = await browser.newContext();
  shell = await context.newPage();
  await openShell();
});

afterEach(() => context.close());

describe('a release on the app origin (A1 to A8, A10)', { timeout: 60_000 }, () => {
  it('runs a real build: it loads, paints and beats', async () => {
    await run('swagger');
    await untilEvent('release-loaded');
    await untilEvent('release-painted');
    await untilEvent('release-beat');
    await (await releasePage()).waitForSelector(
      '.swagger-ui .topbar, .swagger-ui .info, .swagger-ui .errors-wrapper',
    );
    expect(await eventsOf('frame-failed')).toEqual([]);
  });

  it('gets its context, tells its health, and hears of a new config', async () => {
    await run('hello');
    await untilEvent('release-healthy');
    const page = await releasePage();
    expect(await page.evaluate('fieldfare.ready')).toEqual({
      release: { product: 'hello', version: '1.2.3' },
      device: { name: 'till-4', site: 'harbour', labels: { floor: '2' } },
      config: { greeting: 'moin' },
      services: {},
    });
    expect(await page.textContent('h1')).toBe('moin');
    await shell.evaluate(() => window.harness.update({ greeting: 'servus' }));
    await vi.waitFor(async () => expect(await page.textContent('h1')).toBe('servus'), WAIT);
    expect(await page.evaluate('fieldfare.config.greeting')).toBe('servus');
  });

  it('goes on with the app server gone and the worker stopped, and starts again so', async () => {
    await run('hello');
    await untilEvent('release-healthy');
    await origins.closeApp();
    await stopWorkers();
    const late = await (await releasePage()).evaluate(
      'fetch("/late.json").then((response) => response.json())',
    );
    expect(late).toEqual({ late: true });

    await stopWorkers();
    await openShell();
    await run('swagger');
    await untilEvent('release-painted');
    await (await releasePage()).waitForSelector('.swagger-ui');
  });

  it('reaches nothing but what it shipped', async () => {
    const foreign = await startForeignServer();
    try {
      await expectNoEscape(foreign);
    } finally {
      foreign.close();
    }
  });

  it('cannot navigate its frame to a foreign server', async () => {
    const foreign = await startForeignServer();
    ship('navigator', {
      'index.html': `<h1>Going</h1><script>location.href = 'http://127.0.0.1:${foreign.port}/away';</script>`,
    });
    await run('navigator');
    await vi.waitFor(
      () => expect(shell.frames().map((frame) => frame.url())).toContain('chrome-error://chromewebdata/'),
      WAIT,
    );
    expect(foreign.hits).toEqual([]);
    foreign.close();
  });

  it('reaches nobody by WebRTC, and the shell goes on to run another', async () => {
    const foreign = await startForeignServer();
    ship('dialer', { 'index.html': dialingRelease(foreign.port) });
    const told = new Set<string>();
    await context.route(`${origins.shell}/told/*`, (route) => {
      told.add(new URL(route.request().url()).pathname);
      return route.fulfill({ body: '' });
    });
    // The browser ends the release's process, and playwright takes that for the page's: the shell has to tell by itself.
    await shell.evaluate(() => {
      window.harness.run('dialer');
      setTimeout(() => window.harness.run('hello'), 4_000);
      setInterval(() => {
        for (const type of new Set(window.harness.events.map((event) => event.type)))
          void fetch(`/told/${type}`);
      }, 200);
    });
    await vi.waitFor(() => expect(told).toContain('/told/release-loaded'), WAIT);
    await vi.waitFor(() => expect(told).toContain('/told/release-healthy'), WAIT);
    expect(foreign.hits).toEqual([]);
    foreign.close();
  });

  it('loops without end and leaves the shell alive, which then runs another', async () => {
    ship('loop', {
      'index.html': `<h1>Looping</h1><script>addEventListener('load', () => setTimeout(() => { for (;;); }, 500));</script>`,
    });
    await run('loop');
    await untilEvent('release-loaded');
    let beats = -1;
    let silentSinceMs = 0;
    await vi.waitFor(async () => {
      const heard = (await eventsOf('release-beat')).length;
      if (heard !== beats) silentSinceMs = performance.now();
      beats = heard;
      expect(performance.now() - silentSinceMs).toBeGreaterThan(2_500);
    }, WAIT);
    const lagMs = await shell.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const { port1, port2 } = new MessageChannel();
          const startMs = performance.now();
          port1.onmessage = () => resolve(performance.now() - startMs);
          port2.postMessage('');
        }),
    );
    expect(lagMs).toBeLessThan(500);

    await run('hello');
    await untilEvent('release-healthy');
  });

  it('is reported when it throws, rejects, or misses a script', async () => {
    ship('broken', {
      'index.html': `<script>Promise.reject(new Error('rejected at start'))</script><script src="/none.js"></script>
        <script src="/throw.js"></script>`,
      'throw.js': 'throw new TypeError("thrown at start" + "x".repeat(10_000));',
    });
    await run('broken');
    await vi.waitFor(async () => {
      const errors = await eventsOf('release-error');
      const told = errors.map(({ message, source }) => `${message.slice(0, 40)} (${source})`).join('\n');
      expect(told).toContain('thrown at start');
      expect(told).toContain(`${origins.app}/throw.js:1`);
      expect(told).toContain('rejected at start');
      expect(told).toContain(`${origins.app}/none.js`);
      for (const { message } of errors) expect(message.length).toBeLessThanOrEqual(500);
    }, WAIT);
  });

  it('cannot make up events of the shell, nor keep it busy with messages', async () => {
    ship('liar', {
      'index.html': `<script>
        parent.postMessage({ type: 'frame-failed', reason: 'made up' }, '*');
        parent.postMessage({ type: 'release-error', message: { toString: 1 }, source: '' }, '*');
        parent.postMessage(null, '*');
        for (let i = 0; i < 5000; i++) parent.postMessage({ type: 'release-error', message: 'flood', source: '' }, '*');
      </script>`,
    });
    await shell.evaluate(() => {
      let heard = 0;
      addEventListener('message', ({ data }) => {
        if (data?.message === 'flood') document.body.dataset.flood = String(++heard);
      });
    });
    await run('liar');
    await untilEvent('release-error');
    await shell.waitForFunction(() => document.body.dataset.flood === '5000');
    const events = await shell.evaluate(() => window.harness.events);
    expect(events.length).toBeLessThanOrEqual(60);
    expect(
      events.every(
        ({ type }) =>
          type === 'release-error' ||
          type === 'release-beat' ||
          type === 'release-loaded' ||
          type === 'release-painted',
      ),
    ).toBe(true);
  });

  it('hears no more of a release that was replaced', async () => {
    ship('chatty', {
      'index.html': '<script>setInterval(() => Promise.reject(new Error("old")), 100)</script>',
    });
    await run('chatty');
    await untilEvent('release-error');
    await run('hello');
    await untilEvent('release-healthy');
    await untilEvent('release-beat');
    expect(await eventsOf('release-error')).toEqual([]);
    await shell.evaluate(() => window.harness.stop());
    await vi.waitFor(() => expect(shell.frames()).toHaveLength(1), WAIT);
  });

  it('loads a route of a single-page app again as its first page', async () => {
    await run('hello');
    await untilEvent('release-healthy');
    const page = await releasePage();
    await page.evaluate('history.pushState({}, "", "/orders/7"); location.reload()');
    await vi.waitFor(async () => expect(await (await releasePage()).textContent('h1')).toBe('moin'), WAIT);
    expect((await releasePage()).url()).toBe(`${origins.app}/orders/7`);
  });

  it('says what to do when the release has no first page', async () => {
    ship('empty', { 'readme.txt': 'nothing to run' });
    await openShell(10);
    await run('empty');
    await untilEvent('frame-failed');
    expect((await eventsOf('frame-failed'))[0]?.reason).toContain('index.html');
  });

  it('says what to do when the app origin was never reachable', async () => {
    await origins.closeApp();
    // The shell that was opened for each test may have installed the worker already.
    await context.close();
    context = await browser.newContext();
    shell = await context.newPage();
    await openShell(10);
    await run('hello');
    await untilEvent('frame-failed');
    expect((await eventsOf('frame-failed'))[0]?.reason).toContain('see that its server runs');
  });
});

async function expectNoEscape(foreign: ForeignServer): Promise<void> {
  for (const [path, text] of escapeRelease(foreign.port)) origins.releases.set(`escape/${path}`, text);
  await shell.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('keys');
        opening.onsuccess = resolve;
      }),
  );
  await run('escape');
  await untilEvent('release-loaded');
  const page = await releasePage();
  await page.waitForFunction('window.attempts', undefined, { timeout: 50_000 });
  const attempts = await page.evaluate<Record<string, string>>('window.attempts');
  expect(attempts).toMatchObject({
    fetch: 'refused: TypeError',
    xhr: 'refused: TypeError',
    blankFetch: 'refused: TypeError',
    worker: 'done: refused',
    serviceWorker: 'refused: TypeError',
    narrowServiceWorker: expect.stringContaining('refused'),
    clientAsServiceWorker: 'refused: TypeError',
    plainPage: 'done: hello',
    ownServiceWorkerGone: 'done: true',
    shellDocument: 'refused: SecurityError',
    shellStorage: 'refused: SecurityError',
    ownStorage: 'done: ',
    popup: 'done: true',
    shipped: 'done: hello',
    missing: 'done: 404',
    posted: 'done: 405',
    range: 'done: ell',
  });
  for (const name of ['webSocket', 'eventSource', 'image', 'webTransport', 'topNavigation'])
    expect(attempts[name], name).toMatch(/^refused: /);
  expect(foreign.hits).toEqual([]);
  expect(new URL(shell.url()).origin).toBe(origins.shell);
}

function ship(name: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) origins.releases.set(`${name}/${path}`, text);
}

async function openShell(haste = 1): Promise<void> {
  await shell.goto(
    `${origins.shell}/?${new URLSearchParams({ appOrigin: origins.app, haste: String(haste) })}`,
  );
}

const run = (name: string) => shell.evaluate((release) => window.harness.run(release), name);

async function eventsOf<Type extends FrameEvent['type']>(
  type: Type,
): Promise<Extract<FrameEvent, { type: Type }>[]> {
  const events = await shell.evaluate(() => window.harness.events);
  return events.filter((event): event is Extract<FrameEvent, { type: Type }> => event.type === type);
}

const untilEvent = (type: FrameEvent['type']) =>
  vi.waitFor(async () => {
    const events = await shell.evaluate(() => window.harness.events);
    expect(events.map((event) => event.type)).toContain(type);
  }, WAIT);

async function releasePage(): Promise<Frame> {
  const frame = await (await shell.waitForSelector('[data-release-frame]')).contentFrame();
  if (!frame) throw new Error('the release has no frame');
  return frame;
}

async function stopWorkers(): Promise<void> {
  const session = await context.newCDPSession(shell);
  const running = new Map<string, string>();
  session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const { versionId, runningStatus } of versions) running.set(versionId, runningStatus);
  });
  await session.send('ServiceWorker.enable');
  await vi.waitFor(() => expect([...running.values()]).toContain('running'), WAIT);
  await session.send('ServiceWorker.stopAllWorkers');
  await vi.waitFor(() => expect([...running.values()]).not.toContain('running'), WAIT);
  await session.detach();
}
