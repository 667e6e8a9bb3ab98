import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AppOriginScene, openAppOriginScene } from './app-origin/app-origin-scene.ts';

let scene: AppOriginScene;

beforeAll(async () => {
  scene = await openAppOriginScene();
  scene.ship('lasting', LASTING);
  scene.ship('next', {
    'index.html': `<h1>Next</h1><script>
      window.heard = [];
      new BroadcastChannel('lasting').onmessage = ({ data }) => heard.push(data);
    </script>`,
  });
});
afterAll(() => scene?.close());
beforeEach(() => scene.reopen());

/** Says its name again and again to whoever listens on this origin. */
const CRIER = `const channel = new BroadcastChannel('lasting');
onconnect = ({ ports: [port] }) => port.postMessage('runs');
setInterval(() => channel.postMessage(NAME), 50);`;

/** A release that holds on to all that could go on without it. */
const LASTING = {
  'index.html':
    '<h1>Lasting</h1><iframe id="text" src="/page.txt"></iframe><iframe id="bare" srcdoc="bare"></iframe>',
  'page.txt': 'a page without our script',
  'crier.js': `const NAME = 'own'; ${CRIER}`,
  'dedicated.js': `const NAME = 'dedicated'; ${CRIER}
    new Worker('/nested.js'); new Worker(URL.createObjectURL(new Blob([${JSON.stringify(`const NAME = 'nested blob'; ${CRIER}`)}])));
    navigator.locks.request('held', () => { postMessage('held'); return new Promise(() => {}); });`,
  'nested.js': `const NAME = 'nested'; ${CRIER}`,
};

describe('what a release starts ends with it (A17)', { timeout: 60_000 }, () => {
  it('no shared worker runs, from whichever page and address it is made', async () => {
    await scene.run('lasting');
    await scene.untilEvent('release-loaded');
    const outcomes = await (await scene.releasePage()).evaluate(async (crier) => {
      const frame = (id: string) =>
        (document.getElementById(id) as HTMLIFrameElement).contentWindow as Window & typeof globalThis;
      const blank = document.body.appendChild(document.createElement('iframe')).contentWindow as Window &
        typeof globalThis;
      const addresses: Record<string, () => string> = {
        own: () => '/crier.js',
        blob: () => URL.createObjectURL(new Blob([`const NAME = 'blob'; ${crier}`])),
        data: () => `data:text/javascript,${encodeURIComponent(`const NAME = 'data'; ${crier}`)}`,
      };
      const outcomes: Record<string, string> = {};
      for (const [where, page] of Object.entries({ text: frame('text'), bare: frame('bare'), blank }))
        for (const [name, address] of Object.entries(addresses))
          outcomes[`${name} from ${where}`] = await new Promise((resolve) => {
            try {
              const options = { name: `${where} ${name}`, extendedLifetime: true } as WorkerOptions;
              const worker = new page.SharedWorker(address(), options);
              worker.onerror = () => resolve('refused');
              worker.port.onmessage = () => resolve('runs');
              setTimeout(() => resolve('silent'), 2_000);
            } catch (error) {
              resolve((error as Error).name);
            }
          });
      outcomes['in the page'] = typeof SharedWorker;
      return outcomes;
    }, CRIER);
    expect(new Set(Object.values(outcomes))).not.toContain('runs');
    expect(outcomes['in the page']).toBe('undefined');
    expect(outcomes['own from text']).toBe('refused');
    expect(outcomes['blob from blank']).not.toBe('silent');
    await nextHearsNothing();
  });

  it('no worker, lock or open database is in the way of the next release', async () => {
    await scene.run('lasting');
    await scene.untilEvent('release-loaded');
    const page = await scene.releasePage();
    await page.evaluate(async () => {
      const worker = new Worker('/dedicated.js');
      await new Promise((resolve) => {
        worker.onmessage = resolve;
      });
      await new Promise((resolve) => {
        indexedDB.open('held', 1).onsuccess = resolve;
      });
      await fetch('/page.txt', { keepalive: true });
      const channel = new BroadcastChannel('lasting');
      setInterval(() => channel.postMessage('page'), 50);
    });
    await page.waitForFunction(
      () =>
        new Promise((resolve) => {
          const heard = new Set();
          new BroadcastChannel('lasting').onmessage = ({ data }) => {
            heard.add(data);
            if (heard.size >= 4) resolve([...heard]);
          };
        }),
    );
    await nextHearsNothing();
    const freed = await (await scene.releasePage()).evaluate(async () => {
      const lock = await navigator.locks.request('held', () => 'free');
      const database = await new Promise((resolve) => {
        const opening = indexedDB.open('held', 2);
        opening.onsuccess = () => resolve('free');
        opening.onblocked = () => resolve('blocked');
      });
      return { lock, database };
    });
    expect(freed).toEqual({ lock: 'free', database: 'free' });
  });
});

/** Words that were on their way when the last release ended come at once, and no others later. */
async function nextHearsNothing(): Promise<void> {
  await scene.run('next');
  await scene.untilEvent('release-loaded');
  await scene.untilEvent('release-beat');
  const page = await scene.releasePage();
  await page.evaluate('heard.length = 0');
  // Criers cry twenty times in a second, and beats come once.
  const beats = (await scene.eventsOf('release-beat')).length;
  await expect.poll(async () => (await scene.eventsOf('release-beat')).length).toBeGreaterThan(beats + 1);
  expect(await page.evaluate('heard')).toEqual([]);
}
