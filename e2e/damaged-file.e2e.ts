import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import { openScene, type Scene } from './actors/scene.ts';
import { writeWebApp } from './web-app-folder.ts';

const ROLLOUT_TIMEOUT_MS = 60_000;
const PHOTO = Uint8Array.from({ length: 600_000 }, (_, at) => (at * 7) % 251);

let scene: Scene;
let kiosk: KioskActor;

beforeAll(async () => {
  scene = await openScene();
  const operator = await scene.operator('operator');
  await operator.createFleet('Harbour cafes', 'Ada');
  kiosk = await scene.pairedKiosk(operator, 'till');
  const folder = await writeWebApp(await scene.folder('app'), {
    version: '1.0.0',
    files: { 'photo.bin': PHOTO },
  });
  await operator.rollOutFolder({ folder, healthyWithinSeconds: 30 });
  await kiosk.until('committed', ({ stage }) => stage === 'committed', ROLLOUT_TIMEOUT_MS);
});
afterAll(() => scene?.close());

/** What the running release gets of its file: its sum, or the words of the answer. */
const photo = () =>
  kiosk.releaseFrame()!.evaluate(async () => {
    const response = await fetch('/photo.bin');
    if (!response.ok) return response.text();
    return new Uint8Array(await response.arrayBuffer()).reduce((sum, byte) => sum + byte, 0);
  });

test('a file that the disk has spoilt is not shown, and is fetched again from a neighbour while its release runs (A11, B8)', async () => {
  const sum = PHOTO.reduce((total, byte) => total + byte, 0);
  expect(await photo()).toBe(sum);

  const spoilt = await kiosk.page.evaluate(async () => {
    const { name } = (await indexedDB.databases()).find((database) => database.name?.endsWith('/content'))!;
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(name!);
      opening.onsuccess = () => resolve(opening.result);
    });
    const chunks = database.transaction('chunks', 'readwrite').objectStore('chunks');
    return new Promise<number>((resolve) => {
      let count = 0;
      chunks.openCursor().onsuccess = ({ target }) => {
        const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result;
        if (cursor === null) {
          database.close();
          return resolve(count);
        }
        if (cursor.value.bytes.length >= 75_712) {
          cursor.value.bytes[1000] ^= 1;
          cursor.update(cursor.value);
          count += 1;
        }
        cursor.continue();
      };
    });
  });
  expect(spoilt).toBe(3);

  expect(await photo()).toContain('photo.bin is damaged on this device');
  await expect.poll(photo, { timeout: 30_000 }).toBe(sum);
});
