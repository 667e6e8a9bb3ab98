import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KioskActor, openKiosk } from '../actors/kiosk-actor.ts';
import { type OperatorActor, openOperator } from '../actors/operator-actor.ts';
import { decodeKeptBans } from '../src/core/wire/kept/kept-bans.ts';
import { type LaterNode, startLaterNode } from './actors/later-node.ts';
import { openScene, type Scene, SITE } from './actors/scene.ts';
import { openSite } from './actors/server-actor.ts';
import { writeWebApp } from './fixtures/web-app.ts';
import { ledgerOf } from './kept-ledger.ts';

/** Pages of the wire release: `npm run wire-release -- REF --pack ...` makes it. */
const WIRE_RELEASE = fileURLToPath(new URL('fixtures/wire-release.tar.gz', import.meta.url));
/** A guess: a small app, on two cores that other browsers share. */
const COMMIT_TIMEOUT_MS = 60_000;

describe('pages of the wire release beside those of today, in one fleet (W10, W11)', () => {
  let scene: Scene;
  const ends: (() => Promise<void>)[] = [];
  let ada: OperatorActor;
  let bo: OperatorActor;
  let todays: KioskActor;
  let olders: KioskActor;
  let later: LaterNode | undefined;

  const enter = async <Actor extends { kill(): Promise<void> }>(opening: Promise<Actor>): Promise<Actor> => {
    const actor = await opening;
    ends.push(() => actor.kill());
    return actor;
  };

  beforeAll(async () => {
    scene = await openScene();
    const pagesDirectory = await scene.folder('wire-release');
    await promisify(execFile)('tar', ['-xzf', WIRE_RELEASE, '-C', pagesDirectory]);
    const older = await enter(openSite({ pagesDirectory, signaling: [scene.signaling.url] }));
    const profiles = await scene.folder('older-profiles');
    const profile = async (name: string) => {
      await mkdir(join(profiles, name));
      return join(profiles, name);
    };
    const { shellUrl } = older;
    ada = await scene.operator('ada');
    await ada.createFleet('Harbour cafes', 'Ada');
    todays = await scene.pairedKiosk(ada, 'todays');
    olders = await enter(openKiosk({ profile: await profile('kiosk'), shellUrl }));
    await ada.pairDevice({ code: await olders.pairingCode(), name: 'olders', site: SITE });
    bo = await enter(openOperator({ profile: await profile('operator'), shellUrl }));
    await bo.joinFleet(await ada.inviteOperator(), 'Bo');
    await bo.page.getByTestId('page-overview').waitFor({ timeout: 30_000 });
    later = await enter(startLaterNode(await scene.folder('later'), await ada.inviteOperator()));
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
    await scene?.close();
  });

  const pages = () =>
    [
      [ada.page, 'operator'],
      [bo.page, 'operator'],
      [todays.page, 'device'],
      [olders.page, 'device'],
    ] as const;

  const rollOut = async (by: OperatorActor, version: string) => {
    const folder = await writeWebApp(await scene.folder('app'), { version, saysHealthy: true });
    await by.rollOutFolder({ folder, healthyWithinSeconds: 60 });
    for (const kiosk of [todays, olders])
      await kiosk.until(
        `runs ${version}`,
        (seen) => seen.stage === 'committed' && seen.version === version,
        COMMIT_TIMEOUT_MS,
      );
  };

  test('each publishes to devices of both', async () => {
    await rollOut(bo, '1.0.0');
    await rollOut(ada, '2.0.0');
  });

  test('what neither knows is passed on by both as it was signed, and nobody is banned for it', async () => {
    const statement = await later!.speakTo('olders');
    const said = Buffer.from(statement).toString('hex');
    for (const [page, kind] of pages())
      await expect
        .poll(() => heardStatements(page, kind), { message: `${page.url()} hears of it` })
        .toContain(said);
    expect(later!.ends()).toEqual([]);
  });

  test('and nothing is lost: all have the same entries, and go on', async () => {
    const entries = [...(await ledgerOf(ada.page, 'operator'))].sort();
    expect(entries.length).toBeGreaterThan(8);
    for (const [page, kind] of pages())
      await expect.poll(async () => [...(await ledgerOf(page, kind))].sort()).toEqual(entries);
    for (const [page] of pages()) expect(await bansOf(page)).toBe(0);
    await rollOut(bo, '3.0.0');
  });
});

/** What a page last stored of others' statements, in hexadecimal. */
function heardStatements(page: Page, kind: 'operator' | 'device'): Promise<string[]> {
  return page.evaluate(
    (name) =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const reading = db.transaction('records').objectStore('records').get('statements');
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            db.close();
            const saved = (reading.result ?? []) as { readonly bytes: Uint8Array }[];
            resolve(
              saved.map(({ bytes }) =>
                Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
              ),
            );
          };
        };
      }),
    `fieldfare-${kind}/records`,
  );
}

/** How many nodes a page has banned. */
async function bansOf(page: Page): Promise<number> {
  const kept = await page.evaluate(() =>
    Object.entries(localStorage).filter(([key]) => key.includes('/kept/bans/')),
  );
  return kept.reduce((sum, [, text]) => sum + decodeKeptBans(text).bans.length, 0);
}
