import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AppOriginScene, openAppOriginScene } from './app-origin/app-origin-scene.ts';

let scene: AppOriginScene;

beforeAll(async () => {
  scene = await openAppOriginScene();
});
afterAll(() => scene?.close());
beforeEach(() => scene.reopen());

/** What builds of real apps call without looking first whether it is there. */
describe('a call that ordinary builds make (A18)', { timeout: 60_000 }, () => {
  it('registers a service worker, guarded or not, without an error', async () => {
    scene.ship('unguarded', {
      'index.html': '<h1>Starting</h1><script src="/app.js"></script>',
      'app.js': `
        navigator.serviceWorker.register('/sw.js');
        navigator.serviceWorker.register('/sw.js').then(({ scope }) => { throw new Error(scope); });
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
        navigator.serviceWorker.onmessage = () => {};
        navigator.serviceWorker.ready.then((registration) => registration.update());
        navigator.serviceWorker.getRegistrations().then((all) => all.forEach((one) => one.unregister()));
        navigator.serviceWorker.getRegistration().then((one) => one && one.unregister());
        if (navigator.serviceWorker.controller) throw new Error('controlled');
        if ('serviceWorker' in navigator) throw new Error('a guarded app would wait for it');
        navigator.serviceWorker.register('/sw.js').catch((error) => { document.querySelector('h1').textContent = error.name; });`,
    });
    await scene.run('unguarded');
    await expect.poll(async () => (await scene.releasePage()).textContent('h1')).toBe('NotSupportedError');
    await scene.untilEvent('release-beat');
    expect(await scene.eventsOf('release-error')).toEqual([]);
    expect(await scene.eventsOf('release-warning')).toEqual([]);
  });

  it('keeps the screen lit', async () => {
    scene.ship('lit', { 'index.html': '<h1>Lit</h1>' });
    await scene.run('lit');
    await scene.untilEvent('release-loaded');
    const lock = await (await scene.releasePage()).evaluate(async () => {
      const { type, released } = await navigator.wakeLock.request('screen');
      return { type, released };
    });
    expect(lock).toEqual({ type: 'screen', released: false });
  });

  it('shares memory between threads: with workers of its own files, of modules, and of blobs', async () => {
    scene.ship('threads', THREADS);
    await scene.run('threads');
    await scene.untilEvent('release-loaded');
    const page = await scene.releasePage();
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    const outcomes = await page.evaluate(
      (code) => (globalThis as unknown as { threads(code: string): Promise<object> }).threads(code),
      ADDER,
    );
    expect(outcomes).toEqual({ file: 1, module: 1, blob: 1, 'revoked blob': 1, 'blob module': 1, nested: 1 });
    expect(
      await page.evaluate(
        () => new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true }).buffer.constructor.name,
      ),
    ).toBe('SharedArrayBuffer');
    expect(await scene.eventsOf('release-error')).toEqual([]);
  });

  it('frames pages of its own, and of no address, and reads them', async () => {
    scene.ship('frames', {
      'index.html':
        '<h1>Frames</h1><iframe src="/inner.html"></iframe><iframe src="/inner.txt"></iframe>' +
        '<iframe srcdoc="<p>third</p>"></iframe><iframe></iframe>',
      'inner.html': '<p>first</p>',
      'inner.txt': 'second',
    });
    await scene.run('frames');
    await scene.untilEvent('release-loaded');
    const texts = await (await scene.releasePage()).evaluate(() =>
      [...document.querySelectorAll('iframe')].map((frame) =>
        frame.contentDocument?.body.textContent?.trim(),
      ),
    );
    expect(texts).toEqual(['first', 'second', 'third', '']);
  });

  it('keeps cookies, which are its product’s and go to no server', async () => {
    scene.ship('counter', {
      'index.html': '<h1></h1><script src="/app.js"></script>',
      'app.js': `
        const visits = Number(/visits=(\\d+)/.exec(document.cookie)?.[1] ?? 0) + 1;
        document.cookie = 'visits=' + visits + '; Max-Age=86400; Path=/; SameSite=Lax';
        document.cookie = 'session=' + visits;
        document.querySelector('h1').textContent = document.cookie;`,
    });
    await scene.run('counter');
    const heading = async () => (await scene.releasePage()).textContent('h1').catch(() => undefined);
    await expect.poll(heading).toBe('visits=1; session=1');
    await (await scene.releasePage()).evaluate('location.reload()');
    await expect.poll(heading).toBe('visits=2; session=2');
    await scene.openShell();
    await scene.run('counter');
    await expect.poll(heading).toBe('visits=3; session=3');
    expect(await (await scene.releasePage()).evaluate('typeof cookieStore')).toBe('undefined');
    expect(await scene.context.cookies()).toEqual([]);

    scene.ship('other', {
      'index.html':
        '<h1></h1><script>document.querySelector("h1").textContent = "[" + document.cookie + "]"</script>',
    });
    await scene.run('other');
    await expect.poll(heading).toBe('[]');
  });
});

/** Adds one to the memory that it gets, and says so. */
const ADDER = 'onmessage = ({ data }) => { Atomics.add(new Int32Array(data), 0, 1); postMessage("added"); };';

const THREADS = {
  'index.html': '<h1>Threads</h1><script src="/threads.js"></script>',
  'adder.js': ADDER,
  'module.js': `import './part.js'; ${ADDER}`,
  'part.js': 'export {};',
  'nesting.js': `onmessage = ({ data }) => {
    const inner = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(ADDER)}])));
    inner.onmessage = () => postMessage('added');
    inner.postMessage(data);
  };`,
  'threads.js': `globalThis.threads = async (code) => {
    const blob = () => URL.createObjectURL(new Blob([code]));
    const makers = {
      file: () => new Worker('/adder.js'),
      module: () => new Worker('module.js', { type: 'module' }),
      blob: () => new Worker(blob()),
      'revoked blob': () => { const url = blob(); const worker = new Worker(url); URL.revokeObjectURL(url); return worker; },
      'blob module': () => new Worker(new URL(blob()), { type: 'module', name: 'named' }),
      nested: () => new Worker('/nesting.js'),
    };
    const outcomes = {};
    for (const [name, make] of Object.entries(makers)) {
      const memory = new SharedArrayBuffer(4);
      const worker = make();
      if (!(worker instanceof Worker)) throw new Error(name);
      outcomes[name] = await new Promise((resolve) => {
        worker.onmessage = () => resolve(new Int32Array(memory)[0]);
        worker.onerror = ({ message }) => resolve('error: ' + message);
        worker.postMessage(memory);
      });
    }
    return outcomes;
  };`,
};
