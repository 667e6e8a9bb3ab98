import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AppOriginScene, openAppOriginScene, WAIT } from './app-origin/app-origin-scene.ts';
import { startForeignServer } from './app-origin/foreign-server.ts';
import { expectNoCall, expectNoEscape } from './app-origin/no-escape.ts';
import type {} from './app-origin/shell-page.ts';

const SWAGGER_FOLDER = fileURLToPath(new URL('../node_modules/swagger-ui-next/', import.meta.url));

let scene: AppOriginScene;

beforeAll(async () => {
  scene = await openAppOriginScene();
  const { origins } = scene;
  for (const name of await readdir(SWAGGER_FOLDER))
    if (!name.endsWith('.map'))
      origins.releases.set(`swagger/${name}`, await readFile(`${SWAGGER_FOLDER}${name}`));
  scene.ship('hello', {
    'index.html': '<title>Hello</title><h1>Hello</h1><script src="/hello.js"></script>',
    'hello.js': `fieldfare.onConfig((config) => { document.querySelector('h1').textContent = config.greeting; });
      fieldfare.ready.then(() => fieldfare.healthy());`,
    'late.json': '{"late":true}',
  });
}, 120_000);
afterAll(() => scene?.close());
beforeEach(() => scene.reopen());

describe('a release on the app origin (A1 to A8, A10)', { timeout: 60_000 }, () => {
  it('runs a real build: it loads, paints and beats', async () => {
    await scene.run('swagger');
    await scene.untilEvent('release-loaded');
    await scene.untilEvent('release-painted');
    await scene.untilEvent('release-beat');
    await (await scene.releasePage()).waitForSelector(
      '.swagger-ui .topbar, .swagger-ui .info, .swagger-ui .errors-wrapper',
    );
    expect(await scene.eventsOf('frame-failed')).toEqual([]);
  });

  it('gets its context, tells its health, and hears of a new config', async () => {
    await scene.run('hello');
    await scene.untilEvent('release-healthy');
    const page = await scene.releasePage();
    expect(await page.evaluate('fieldfare.ready')).toEqual({
      release: { product: 'hello', version: '1.2.3' },
      device: { name: 'till-4', site: 'harbour', labels: { floor: '2' } },
      config: { greeting: 'moin' },
      services: {},
    });
    expect(await page.textContent('h1')).toBe('moin');
    await scene.shell.evaluate(() => window.harness.update({ greeting: 'servus' }));
    await vi.waitFor(async () => expect(await page.textContent('h1')).toBe('servus'), WAIT);
    expect(await page.evaluate('fieldfare.config.greeting')).toBe('servus');
  });

  it('goes on with the app server gone and the worker stopped, and starts again so', async () => {
    await scene.run('hello');
    await scene.untilEvent('release-healthy');
    await scene.origins.closeApp();
    await scene.stopWorkers();
    const late = await (await scene.releasePage()).evaluate(
      'fetch("/late.json").then((response) => response.json())',
    );
    expect(late).toEqual({ late: true });

    await scene.stopWorkers();
    await scene.openShell();
    await scene.run('swagger');
    await scene.untilEvent('release-painted');
    await (await scene.releasePage()).waitForSelector('.swagger-ui');
  });

  it('reaches nothing but what it shipped', async () => {
    const foreign = await startForeignServer();
    try {
      await expectNoEscape(scene, foreign);
    } finally {
      foreign.close();
    }
  });

  it('cannot navigate its frame to a foreign server', async () => {
    const foreign = await startForeignServer();
    scene.ship('navigator', {
      'index.html': `<h1>Going</h1><script>location.href = 'http://127.0.0.1:${foreign.port}/away';</script>`,
    });
    await scene.run('navigator');
    await vi.waitFor(
      () =>
        expect(scene.shell.frames().map((frame) => frame.url())).toContain('chrome-error://chromewebdata/'),
      WAIT,
    );
    expect(foreign.hits).toEqual([]);
    foreign.close();
  });

  it('reaches nobody by WebRTC, and the shell goes on to run another', async () => {
    const foreign = await startForeignServer();
    await expectNoCall(scene, foreign, 'hello');
    foreign.close();
  });

  it('loops without end and leaves the shell alive, which then runs another', async () => {
    scene.ship('loop', {
      'index.html': `<h1>Looping</h1><script>addEventListener('load', () => setTimeout(() => { for (;;); }, 500));</script>`,
    });
    await scene.run('loop');
    await scene.untilEvent('release-loaded');
    let beats = -1;
    let silentSinceMs = 0;
    await vi.waitFor(async () => {
      const heard = (await scene.eventsOf('release-beat')).length;
      if (heard !== beats) silentSinceMs = performance.now();
      beats = heard;
      expect(performance.now() - silentSinceMs).toBeGreaterThan(2_500);
    }, WAIT);
    const lagMs = await scene.shell.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const { port1, port2 } = new MessageChannel();
          const startMs = performance.now();
          port1.onmessage = () => resolve(performance.now() - startMs);
          port2.postMessage('');
        }),
    );
    expect(lagMs).toBeLessThan(500);

    await scene.run('hello');
    await scene.untilEvent('release-healthy');
  });

  it('cannot make up events of the shell, nor keep it busy with messages', async () => {
    scene.ship('liar', {
      'index.html': `<script>
        parent.postMessage({ type: 'frame-failed', reason: 'made up' }, '*');
        parent.postMessage({ type: 'release-error', message: { toString: 1 }, source: '' }, '*');
        parent.postMessage(null, '*');
        for (let i = 0; i < 5000; i++) parent.postMessage({ type: 'release-error', message: 'flood', source: '' }, '*');
      </script>`,
    });
    await scene.shell.evaluate(() => {
      let heard = 0;
      addEventListener('message', ({ data }) => {
        if (data?.message === 'flood') document.body.dataset.flood = String(++heard);
      });
    });
    await scene.run('liar');
    await scene.untilEvent('release-error');
    await scene.shell.waitForFunction(() => document.body.dataset.flood === '5000');
    const events = await scene.shell.evaluate(() => window.harness.events);
    expect(events.length).toBeLessThanOrEqual(60);
    expect(
      events.every(
        ({ type }) =>
          type === 'page-started' ||
          type === 'release-error' ||
          type === 'release-beat' ||
          type === 'release-loaded' ||
          type === 'release-painted',
      ),
    ).toBe(true);
  });

  it('hears no more of a release that was replaced', async () => {
    scene.ship('chatty', {
      'index.html': '<script>setInterval(() => Promise.reject(new Error("old")), 100)</script>',
    });
    await scene.run('chatty');
    await scene.untilEvent('release-warning');
    await scene.run('hello');
    await scene.untilEvent('release-healthy');
    await scene.untilEvent('release-beat');
    expect(await scene.eventsOf('release-warning')).toEqual([]);
    await scene.shell.evaluate(() => window.harness.stop());
    await vi.waitFor(
      () =>
        expect(scene.shell.frames().filter((frame) => !frame.url().includes('/.fieldfare/'))).toHaveLength(1),
      WAIT,
    );
  });

  it('loads a route of a single-page app again as its first page', async () => {
    await scene.run('hello');
    await scene.untilEvent('release-healthy');
    const page = await scene.releasePage();
    await page.evaluate('history.pushState({}, "", "/orders/7"); location.reload()');
    await vi.waitFor(
      async () => expect(await (await scene.releasePage()).textContent('h1')).toBe('moin'),
      WAIT,
    );
    expect((await scene.releasePage()).url()).toBe(`${scene.origins.app}/orders/7`);
  });

  it('says what to do when the release has no first page', async () => {
    scene.ship('empty', { 'readme.txt': 'nothing to run' });
    await scene.openShell(10);
    await scene.runUntilReloaded('empty');
    await scene.run('empty');
    await scene.untilEvent('frame-failed');
    expect((await scene.eventsOf('frame-failed'))[0]?.reason).toContain('index.html');
  });

  it('says what to do when the app origin was never reachable', async () => {
    await scene.origins.closeApp();
    // The shell that was opened for each test may have installed the worker already.
    await scene.reopen({ appServer: 'gone', haste: 10 });
    await scene.runUntilReloaded('hello');
    await scene.run('hello');
    await scene.untilEvent('app-origin-failed');
    expect((await scene.eventsOf('app-origin-failed'))[0]?.reason).toContain('see that its server runs');
  });
});
