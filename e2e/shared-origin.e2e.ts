import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AppOriginScene, openAppOriginScene } from './app-origin/app-origin-scene.ts';

let scene: AppOriginScene;

const PAGE = '<h1>App</h1><script>fieldfare.healthy()</script>';

beforeAll(async () => {
  scene = await openAppOriginScene();
  scene.ship('first', { 'index.html': PAGE });
  scene.ship('second', { 'index.html': PAGE });
  await scene.reopen();
  await start('first');
}, 120_000);
afterAll(() => scene?.close());

async function start(name: string): Promise<void> {
  await scene.run(name);
  await scene.untilEvent('release-healthy');
}

const inRelease = async (script: string) => (await scene.releasePage()).evaluate(script);

/** Under names that the shell uses. */
const OCCUPY = `(async () => {
  localStorage.setItem('fieldfare.reloaded-for-start', 'of the release');
  sessionStorage.setItem('fieldfare.reloaded-for-start', 'of the release');
  await caches.open('fieldfare-site');
  const opening = indexedDB.open('fieldfare-device/records', 99);
  await new Promise((resolve) => { opening.onsuccess = resolve; });
  opening.result.close();
  await new Promise((held) => navigator.locks.request('fieldfare-device', () => { held(); return new Promise(() => {}); }));
  window.kept = new BroadcastChannel('fieldfare');
  window.kept.postMessage('of the release');
})()`;

test('a release shares no storage, lock or channel with the shell, under whatever name (A1)', async () => {
  await scene.shell.evaluate(() => {
    const heard: unknown[] = [];
    const ownIsHeard = new Promise<void>((resolve) => {
      new BroadcastChannel('fieldfare').onmessage = ({ data }) => {
        heard.push(data);
        if (data === 'of the shell') resolve();
      };
    });
    Object.assign(window, { heard, ownIsHeard });
  });
  await inRelease(OCCUPY);
  const seen = await scene.shell.evaluate(async () => {
    const { heard, ownIsHeard } = window as unknown as { heard: unknown[]; ownIsHeard: Promise<void> };
    // What was posted before this is heard before this.
    new BroadcastChannel('fieldfare').postMessage('of the shell');
    await ownIsHeard;
    return {
      heard,
      local: localStorage.getItem('fieldfare.reloaded-for-start'),
      session: sessionStorage.getItem('fieldfare.reloaded-for-start'),
      caches: await caches.keys(),
      databases: (await indexedDB.databases()).map(({ name }) => name),
      lockIsFree: await navigator.locks.request(
        'fieldfare-device',
        { ifAvailable: true },
        async (lock) => lock !== null,
      ),
    };
  });
  expect(seen).toEqual({
    heard: ['of the shell'],
    local: null,
    session: null,
    caches: [],
    databases: expect.not.arrayContaining(['fieldfare-device/records']),
    lockIsFree: true,
  });
});

test('it reads and writes no clipboard (A6)', async () => {
  const refused = (work: string) => inRelease(`${work}.then(() => 'allowed', (error) => error.name)`);
  expect(await refused('navigator.clipboard.readText()')).toBe('NotAllowedError');
  expect(await refused(`navigator.clipboard.writeText('x')`)).toBe('NotAllowedError');
});

test('it cannot leave the shell by its history (A6)', async () => {
  await inRelease(`for (let page = 0; page < 30; page++) history.pushState(page, '', '/?' + page)`);
  const address = scene.shell.url();
  await inRelease('history.go(-history.length + 1)').catch(() => undefined);
  await inRelease('history.go(-40)').catch(() => undefined);
  await start('second');
  await inRelease('history.back()');
  expect(await inRelease('document.querySelector("h1").innerText')).toBe('App');
  expect(scene.shell.url()).toBe(address);
});

test('nothing of it goes on beside the next one, and that one finds its locks free (A17)', async () => {
  await start('second');
  expect(await inRelease('navigator.locks.query().then(({ held }) => held.length)')).toBe(0);
});
