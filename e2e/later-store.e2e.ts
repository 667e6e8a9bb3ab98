import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KioskActor } from '../actors/kiosk-actor.ts';
import type { OperatorActor } from '../actors/operator-actor.ts';
import { startNodeActor } from './actors/node-actor.ts';
import { openScene, type Scene } from './actors/scene.ts';

const STEP_TIMEOUT_MS = 60_000;

describe('pages of an older version over what a later one stored (K6)', () => {
  let scene: Scene;
  let operator: OperatorActor;
  let kiosk: KioskActor;

  beforeAll(async () => {
    scene = await openScene();
    operator = await scene.operator('operator');
    await operator.createFleet('Harbour cafes', 'Ada');
    kiosk = await scene.pairedKiosk(operator, 'till');
  });
  afterAll(() => scene?.close());

  test('the dashboard names the database and what to update, and leaves all of it as it is', async () => {
    const before = await raise(operator.page, 'fieldfare-operator');
    await operator.page.goto(scene.site.shellUrl);
    const said = operator.page.getByTestId('page-refused');
    await said.waitFor({ timeout: STEP_TIMEOUT_MS });
    expect(await said.innerText()).toMatch(
      /fieldfare-operator\/records was written by a later version of Fieldfare.*Update the server of this page/s,
    );
    expect(await stored(operator.page, 'fieldfare-operator')).toEqual(before);
  });

  test('the kiosk names it on its screen and looks for a newer version of itself, and leaves all of it as it is', async () => {
    const before = await raise(kiosk.page, 'fieldfare-device');
    await kiosk.page.goto(`${scene.site.shellUrl}/kiosk.html`);
    await expect.poll(async () => (await kiosk.state()).type, { timeout: STEP_TIMEOUT_MS }).toBe('refused');
    expect((await kiosk.state()).text).toMatch(
      /fieldfare-device\/records was written by a later version of Fieldfare.*looks for a newer version of itself/s,
    );
    expect(await stored(kiosk.page, 'fieldfare-device')).toEqual(before);
  });

  test('marks of a later version in local storage alone are enough, though the databases are gone', async () => {
    await kiosk.page.goto(`${scene.site.shellUrl}/fieldfare.json`);
    await kiosk.page.evaluate(async () => {
      for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name!);
      localStorage.setItem('fieldfare/device/version', '99');
    });
    const before = await stored(kiosk.page, 'fieldfare-device');
    await kiosk.page.goto(`${scene.site.shellUrl}/kiosk.html`);
    await expect.poll(async () => (await kiosk.state()).type, { timeout: STEP_TIMEOUT_MS }).toBe('refused');
    expect((await kiosk.state()).text).toContain('local storage');
    expect(await stored(kiosk.page, 'fieldfare-device')).toEqual(before);
  });

  test('`fieldfare node` names its folder and ends, and leaves all of it as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fieldfare-later-'));
    await writeFile(join(folder, 'version'), '99\n');
    const node = startNodeActor({ folder });
    await node.untilLine(/\(version 99\) was written by a later version of Fieldfare. Update this one/);
    await node.stop();
    expect((await readdir(folder)).filter((name) => name !== 'lock')).toEqual(['version']);
    expect(await readFile(join(folder, 'version'), 'utf8')).toBe('99\n');
    await rm(folder, { recursive: true, force: true });
  });
});

/** Raises the number of a page's records as a later version would, and resolves with all that is stored then. */
async function raise(page: Page, name: string): Promise<unknown> {
  await page.goto(new URL('/fieldfare.json', page.url()).href);
  await page.evaluate(
    (database) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(database, 99);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          opening.result.close();
          resolve();
        };
      }),
    `${name}/records`,
  );
  return stored(page, name);
}

/** Versions and sizes of a page's databases, names of its records, and its texts in local storage. */
function stored(page: Page, name: string): Promise<unknown> {
  return page.evaluate(async (prefix) => {
    const asked = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const found: unknown[] = [];
    for (const { name: database, version } of await indexedDB.databases()) {
      if (!database!.startsWith(prefix)) continue;
      const db = await asked(indexedDB.open(database!));
      for (const store of db.objectStoreNames) {
        const rows = db.transaction(store).objectStore(store);
        found.push([
          database,
          version,
          store,
          await asked(rows.getAllKeys()),
          JSON.stringify(await asked(rows.getAll())),
        ]);
      }
      db.close();
    }
    return [found, Object.entries(localStorage).sort()];
  }, name);
}
