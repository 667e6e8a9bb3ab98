import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AppOriginScene, openAppOriginScene } from './app-origin/app-origin-scene.ts';
import { FILL_STORAGE, READ_STORAGE } from './app-origin/stored-sample.ts';

let scene: AppOriginScene;

beforeAll(async () => {
  scene = await openAppOriginScene();
  scene.ship('menu', { 'index.html': '<h1>Menu</h1><script>fieldfare.healthy()</script>' });
  await scene.reopen();
  await start();
}, 120_000);
afterAll(() => scene?.close());

async function start(): Promise<void> {
  await scene.run('menu');
  await scene.untilEvent('release-healthy');
}

const inRelease = async (script: string) => (await scene.releasePage()).evaluate(script);
const withData = (work: 'copy' | 'restore' | 'clear') =>
  scene.shell.evaluate(async (task) => {
    const { data, stop } = window.harness;
    stop();
    if (task === 'copy') await data.copy('menu', 100_000_000);
    else if (task === 'restore') await data.restore('menu');
    else await data.clear();
  }, work);

test('what an app keeps comes back as it was: types, keys, indexes, generators, files, caches (D17)', async () => {
  await inRelease(FILL_STORAGE);
  const before = (await inRelease(READ_STORAGE)) as { databases: { name: string }[] };
  expect(before.databases.map(({ name }) => name)).toEqual(['app', 'empty']);
  await withData('copy');
  await withData('clear');
  await start();
  expect(await inRelease(READ_STORAGE)).toMatchObject({ databases: [], local: {}, caches: [], files: [] });
  await inRelease(`indexedDB.open('app', 9).onsuccess = () => {}; localStorage.theme = 'of the next';`);
  for (let time = 0; time < 2; time += 1) {
    await withData('restore');
    await start();
    expect(await inRelease(READ_STORAGE)).toEqual(before);
  }
});

test('what cannot be made again, and what is too large, is said in words (D17)', async () => {
  const copying = (maxBytes: number) =>
    scene.shell.evaluate(
      (most) =>
        window.harness.data.copy('menu', most).then(
          () => 'copied',
          (error: Error) => error.message,
        ),
      maxBytes,
    );
  expect(await copying(1_000_000)).toMatch(/^it keeps \d+ MB, and at most 1 MB are copied/);
  await inRelease(`(async () => {
    const root = await navigator.storage.getDirectory();
    const opening = indexedDB.open('handles', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('all');
    await new Promise((resolve) => { opening.onsuccess = resolve; });
    const adding = opening.result.transaction('all', 'readwrite');
    adding.objectStore('all').put(root, 1);
    await new Promise((resolve, reject) => { adding.oncomplete = resolve; adding.onabort = () => reject(adding.error); });
    opening.result.close();
  })()`);
  expect(await copying(100_000_000)).toMatch(/cannot leave its origin/);
});
