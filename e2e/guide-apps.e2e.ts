import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fieldfare } from '../packages/fieldfare-client/index.d.ts';
import { type AppOriginScene, openAppOriginScene, WAIT } from './app-origin/app-origin-scene.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const EXAMPLES = fromRoot('docs/guide/examples');

let scene: AppOriginScene;

beforeAll(async () => {
  scene = await openAppOriginScene();
}, 120_000);
afterAll(() => scene?.close());
beforeEach(() => scene.reopen());

/** Ships a folder as a person would publish it, and starts it. */
async function runFolder(name: string, folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name: file }) => join(parentPath, file));
  const shipped = await Promise.all(
    files.map(async (path) => [relative(folder, path), await readFile(path)] as const),
  );
  scene.ship(name, Object.fromEntries(shipped));
  await scene.run(name);
}

const busyFor = async () => (await scene.eventsOf('release-busy')).map(({ forMs }) => forMs);

describe('the apps of the guide', { timeout: 60_000 }, () => {
  it('a static site is healthy once it has loaded', async () => {
    await runFolder('static', join(EXAMPLES, 'static-site'));
    await scene.untilEvent('release-healthy');
    expect(await scene.eventsOf('release-error')).toEqual([]);
  });

  it('a Vite app says what it lacks, and is busy while a sale is being made', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vite-app-'));
    try {
      const root = join(EXAMPLES, 'vite-app');
      await build({
        root,
        configFile: false,
        logLevel: 'warn',
        build: { outDir: folder, emptyOutDir: true },
      });
      await runFolder('vite', folder);
    } finally {
      await rm(folder, { recursive: true });
    }
    await scene.untilEvent('release-unhealthy');
    expect(await scene.eventsOf('release-unhealthy')).toEqual([
      { type: 'release-unhealthy', reason: 'Error: the config has no "currency"' },
    ]);
    const page = await scene.releasePage();
    expect(await page.locator('#place').textContent()).toBe('harbour, version 1.2.3');
    await page.getByRole('button', { name: 'New sale' }).click();
    await vi.waitFor(async () => expect(await busyFor()).toHaveLength(1), WAIT);
    expect((await busyFor())[0]).toBeGreaterThan(295_000);
    await page.getByRole('button', { name: 'Paid' }).click();
    await vi.waitFor(async () => expect(await busyFor()).toEqual([expect.any(Number), 0]), WAIT);
    expect(await scene.eventsOf('release-error')).toEqual([]);
  });

  it('a game is healthy when it draws, and busy for a round', async () => {
    await runFolder('game', join(EXAMPLES, 'game'));
    await scene.untilEvent('release-healthy');
    await (await scene.releasePage()).locator('canvas').click();
    await vi.waitFor(async () => expect((await busyFor())[0]).toBeGreaterThan(25_000), WAIT);
    expect(await scene.eventsOf('release-error')).toEqual([]);
  });
});

describe('window.fieldfare', { timeout: 60_000 }, () => {
  /** Names of the members of an interface of the declarations that apps install. */
  function declared(name: string): string[] {
    const path = fromRoot('packages/fieldfare-client/index.d.ts');
    const source = ts.createSourceFile(path, ts.sys.readFile(path)!, ts.ScriptTarget.Latest);
    const found = source.statements.find(
      (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
    ) as ts.InterfaceDeclaration;
    return found.members.map((member) => (member.name as ts.Identifier).text).sort();
  }

  it('has what fieldfare-client declares, and nothing more; the version from the first line on', async () => {
    scene.ship('surface', {
      'index.html': `<p>x</p><script>
        const atOnce = [fieldfare.product, fieldfare.version];
        fieldfare.ready.then((context) => fieldfare.unhealthy(JSON.stringify({ atOnce, context: Object.keys(context).sort() })));
      </script>`,
    });
    await scene.run('surface');
    await scene.untilEvent('release-unhealthy');
    const [said] = await scene.eventsOf('release-unhealthy');
    expect(JSON.parse(said!.reason)).toEqual({
      atOnce: ['surface', '1.2.3'],
      context: declared('FieldfareContext'),
    });
    const page = await scene.releasePage();
    const found = await page.evaluate(() =>
      Object.keys((window as unknown as { fieldfare: Fieldfare }).fieldfare).sort(),
    );
    expect(found).toEqual(declared('Fieldfare'));
  });

  it('keeps being busy for whoever lost the word, and tells of times that are none (A7, D14)', async () => {
    scene.ship('till', {
      'index.html': `<p>x</p><script>
        fieldfare.busy('soon'); fieldfare.busy(60_000); fieldfare.busy(new Date(Date.now() + 600_000));
      </script>`,
    });
    // Drops the call itself, as a shell that hears too many at once does.
    await scene.shell.evaluate(() =>
      addEventListener(
        'message',
        (event) => {
          if (event.data?.type === 'release-busy') event.stopImmediatePropagation();
        },
        true,
      ),
    );
    await scene.run('till');
    await vi.waitFor(async () => expect((await busyFor())[0]).toBeGreaterThan(590_000), WAIT);
    const warnings = (await scene.eventsOf('release-warning')).map(({ message }) => message);
    expect(warnings).toEqual([
      expect.stringContaining('no time'),
      expect.stringContaining('a time in 1970: give the time until when'),
    ]);
    expect(await busyFor()).toHaveLength(1);
  });
});
