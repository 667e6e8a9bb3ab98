import { randomFillSync } from 'node:crypto';
import { mkdir, open, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStandingFleet, type StandingFleet } from './standing-fleet.ts';
import { writeWebApp } from './web-app-folder.ts';

const READ_TIMEOUT_MS = 60_000;
const MIB = 1024 * 1024;
const LARGE_BYTES = 300 * MIB;
/** A page that stands still for so long is felt. Generous: 0 to 130 ms were measured, and 8 s where a file is hashed here whole. */
const LONGEST_BLOCK_MS = 1_000;
/** Longer than what the browser tells as a long task. */
const TRIED_BLOCK_MS = 200;

let fleet: StandingFleet;

beforeAll(async () => {
  fleet = await openStandingFleet(['till']);
  await fleet.settle({ version: '1.0.0' });
});
afterAll(() => fleet?.close());

const page = () => fleet.operator.page;
const report = () => page().getByTestId('folder-report');
const signButton = () => page().getByRole('button', { name: 'Sign and start rollout' });

const choose = async (folder: string) => {
  await fleet.operator.chooseFolder(folder);
};

/** Rolls out what was chosen, and waits until the kiosk shows this heading. */
const rollOut = async (heading: string) => {
  await page()
    .getByRole('radio', { name: /calls fieldfare.healthy/ })
    .check();
  await page().getByLabel('Seconds').fill('60');
  await signButton().click();
  await page().getByRole('button', { name: 'Start now' }).click({ timeout: READ_TIMEOUT_MS });
  await page().getByTestId('page-rollout').waitFor();
  await expect
    .poll(
      () =>
        fleet
          .kiosk('till')
          .releaseFrame()
          ?.locator('h1')
          .innerText()
          .catch(() => ''),
      { timeout: 120_000 },
    )
    .toBe(heading);
};

const filesOfNewest = async (version: string): Promise<readonly string[]> => {
  await fleet.operator.goTo('/releases');
  await page()
    .locator(`[data-testid=release-row][data-version="${version}"]`)
    .getByRole('link')
    .first()
    .click();
  await page().getByTestId('page-release').waitFor();
  const rows = page()
    .getByRole('region', { name: /^Files of/ })
    .locator('tbody tr');
  return (await rows.allInnerTexts()).map((row) => row.split(/\s/)[0]!);
};

describe('a folder from a Mac', () => {
  test('with decomposed names and a byte-order mark is published, and its page finds its files under either spelling', async () => {
    const folder = await writeWebApp(await fleet.directory('mac'), {
      version: '1.1.0',
      script: `Promise.all(['Ku\u0308che.txt', 'K\u00fcche.txt'].map((name) => fetch(name).then((answer) => answer.text())))
        .then((texts) => { document.querySelector('h1').textContent = texts.join(' and '); fieldfare.healthy(); });`,
      files: {
        'Ku\u0308che.txt': 'soup',
        'package.json': `\ufeff${JSON.stringify({ name: 'menu', version: '1.1.0' })}`,
      },
    });
    await choose(folder);
    await report().waitFor({ timeout: READ_TIMEOUT_MS });
    expect(await page().getByLabel('Version').inputValue()).toBe('1.1.0');
    await rollOut('soup and soup');
    expect(await filesOfNewest('1.1.0')).toContain('K\u00fcche.txt');
  });

  test('in which two names become one is refused, with the name', async () => {
    const folder = await writeWebApp(await fleet.directory('mac'), {
      version: '1.2.0',
      files: { 'Ku\u0308che.txt': 'soup', 'K\u00fcche.txt': 'bread' },
    });
    await choose(folder);
    await report().getByText('The folder has "K\u00fcche.txt" twice').waitFor({ timeout: READ_TIMEOUT_MS });
    expect(await signButton().isEnabled()).toBe(false);
  });
});

describe('what nobody wants on a device', () => {
  test('is left out and named, and comes in when it is ticked', async () => {
    const folder = await writeWebApp(await fleet.directory('dirty'), {
      version: '1.3.0',
      files: {
        '.git/HEAD': 'ref: refs/heads/main',
        '.git/objects/aa/bb': 'blob',
        '.DS_Store': 'Bud1',
        '.env': 'TOKEN=secret',
        'certs/server.key': 'PRIVATE',
        'app.js.map': '{}',
      },
    });
    await choose(folder);
    await report().waitFor({ timeout: READ_TIMEOUT_MS });
    const leftOut = page().getByTestId('left-out');
    const named = await leftOut.innerText();
    for (const words of [
      '.git/HEAD',
      '.DS_Store',
      '.env',
      'certs/server.key',
      'app.js.map',
      'Source maps: 1 file',
    ])
      expect(named).toContain(words);
    await page().getByText('3 files', { exact: false }).first().waitFor();
    await leftOut.getByRole('checkbox', { name: /Source maps/ }).check();
    await page().getByText('4 files', { exact: false }).first().waitFor({ timeout: READ_TIMEOUT_MS });
    await rollOut('menu 1.3.0');
    expect([...(await filesOfNewest('1.3.0'))].sort()).toEqual([
      'app.js',
      'app.js.map',
      'index.html',
      'package.json',
    ]);
  });
});

describe('a folder whose index.html is not at its top', () => {
  for (const [how, give] of [
    ['chosen', (folder: string) => choose(folder)],
    ['dropped', (folder: string) => fleet.operator.dropFolder(folder)],
  ] as const)
    test(`because it is a symbolic link says what to do, ${how}`, async () => {
      const folder = await writeWebApp(await fleet.directory('linked'), {
        version: '1.4.0',
        files: { 'index.html': undefined, 'real.html': '<p>real' },
      });
      await symlink('real.html', join(folder, 'index.html'));
      await give(folder);
      await report()
        .getByText('If yours is a symbolic link, put the file itself in its place')
        .waitFor({ timeout: READ_TIMEOUT_MS });
      await fleet.operator.goTo('/');
    });

  test('but one folder down is offered that folder', async () => {
    const folder = await fleet.directory('project');
    await writeWebApp(join(folder, 'dist'), { version: '1.5.0' });
    await writeFile(join(folder, 'README.md'), '# Menu');
    await choose(folder);
    await report().getByRole('button', { name: 'Use dist/' }).click({ timeout: READ_TIMEOUT_MS });
    await expect.poll(() => page().getByLabel('Version').inputValue()).toBe('1.5.0');
    await rollOut('menu 1.5.0');
    expect([...(await filesOfNewest('1.5.0'))].sort()).toEqual(['app.js', 'index.html', 'package.json']);
  });
});

describe('a folder that is built again between the choice and the signature', () => {
  test('says so, signs nothing, and is taken when it is chosen again', async () => {
    const folder = await writeWebApp(await fleet.directory('rebuilt'), { version: '1.6.0' });
    await choose(folder);
    await report().waitFor({ timeout: READ_TIMEOUT_MS });
    await writeFile(join(folder, 'app.js'), '/* built again */ fieldfare.healthy();');
    await signButton().click();
    const told = page()
      .getByRole('alert')
      .filter({ hasText: '"app.js" is not what it was when you chose the folder' });
    await told.first().waitFor({ timeout: READ_TIMEOUT_MS });
    expect(await told.count()).toBe(2);
    await page().getByRole('button', { name: 'Choose the folder again' }).waitFor();
    expect(await signButton().isEnabled()).toBe(false);
    await page().getByTestId('folder-input').setInputFiles(folder);
    await report().waitFor({ timeout: READ_TIMEOUT_MS });
    expect(await told.count()).toBe(0);
    await rollOut('menu 1.6.0');
  });

  test('and of which a file went away asks for it again too', async () => {
    const folder = await writeWebApp(await fleet.directory('rebuilt'), { version: '1.7.0' });
    await choose(folder);
    await report().waitFor({ timeout: READ_TIMEOUT_MS });
    await rm(join(folder, 'app.js'));
    await signButton().click();
    await page()
      .getByTestId('folder-refused')
      .getByText('Choose the folder again')
      .waitFor({ timeout: READ_TIMEOUT_MS });
  });
});

describe('a folder that cannot be signed', () => {
  test('for its names says so before it is read, with numbers and what to do', async () => {
    const folder = await writeWebApp(await fleet.directory('long'), { version: '1.8.0' });
    await Promise.all(
      Array.from({ length: 588 }, (_, index) =>
        writeFile(join(folder, `${String(index).padStart(4, '0')}-${'n'.repeat(90)}`), `${index}`),
      ),
    );
    await watchPage(page());
    await choose(folder);
    const problem = report().getByText('The list of the 591 files takes');
    await problem.waitFor({ timeout: READ_TIMEOUT_MS });
    expect(await problem.innerText()).toMatch(
      /takes \d\d,\d{3} bytes, and at most 60,000 can be signed\. A path has 9\d characters on average: shorten them by \d+, or have \d+ files fewer/,
    );
    expect((await seenOn(page())).reading.filter((done) => done > 0)).toEqual([]);
  });
});

describe('what a folder changes', () => {
  test('is told against the product in the form, whatever the folder calls itself', async () => {
    const folder = await writeWebApp(await fleet.directory('other'), {
      version: '9.0.0',
      files: { 'package.json': JSON.stringify({ name: 'signs', version: '9.0.0' }) },
    });
    await choose(folder);
    await report()
      .getByText('The first release of signs: devices fetch all of it.')
      .waitFor({ timeout: READ_TIMEOUT_MS });
    await page().getByLabel('Product').fill('menu');
    await report()
      .getByText(/^to fetch on 1\./)
      .waitFor();
    await page().getByLabel('Product').fill('');
    await report().getByText('Name the product below').waitFor();
  });

  test('is nothing for the files of a release that is published, which the page leads to', async () => {
    await choose(await writeWebApp(await fleet.directory('same'), { version: '1.0.0' }));
    await report()
      .getByText('These are the files of menu 1.0.0, which is published.')
      .waitFor({ timeout: READ_TIMEOUT_MS });
    await report().getByRole('link', { name: 'Roll that release out' }).click();
    await page().getByRole('button', { name: 'Go back to 1.0.0' }).waitFor();
  });
});

describe('a folder of 300 MB', () => {
  test('is read, stored and signed with progress in bytes, and the page never stands still for long', async () => {
    const folder = await writeWebApp(await fleet.directory('large'), { version: '2.0.0' });
    await writeLarge(join(folder, 'media/film.bin'), LARGE_BYTES);
    await fleet.operator.goTo('/rollouts/new');
    await watchPage(page());
    await block(page(), TRIED_BLOCK_MS);
    await expect.poll(async () => (await seenOn(page())).longestMs).toBeGreaterThanOrEqual(TRIED_BLOCK_MS);
    await watchPage(page());
    await choose(folder);
    await report().waitFor({ timeout: 120_000 });
    expect(
      page()
        .workers()
        .map((worker) => worker.url()),
    ).toContainEqual(expect.stringContaining('hashing-worker'));
    await signButton().click();
    await page().getByRole('button', { name: 'Undo' }).click({ timeout: 180_000 });
    const seen = await seenOn(page());
    console.info(
      `300 MB: longest block ${Math.round(seen.longestMs)} ms, ${seen.reading.length} steps while reading, ${seen.stages.storing?.length} while storing, ${seen.stages.cutting?.length} while making pieces`,
    );
    for (const steps of [seen.reading, seen.stages.storing ?? [], seen.stages.cutting ?? []]) {
      const moving = steps.filter((done) => done > 0 && done < LARGE_BYTES);
      expect(new Set(moving).size).toBeGreaterThan(10);
      expect([...steps].sort((a, b) => a - b)).toEqual(steps);
    }
    expect(seen.timeLeft).toBe(true);
    expect(seen.longestMs).toBeLessThan(LONGEST_BLOCK_MS);
  }, 400_000);
});

async function writeLarge(path: string, sizeBytes: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  const block = new Uint8Array(MIB);
  randomFillSync(block);
  for (let at = 0; at < sizeBytes; at += MIB) {
    new DataView(block.buffer).setUint32(0, at / MIB);
    await file.write(block);
  }
  await file.close();
}

interface Seen {
  /** Longest task of the page's own thread (Long Tasks API). */
  longestMs: number;
  /** Bytes that the page said were done, in the order in which it said so. */
  readonly reading: number[];
  readonly stages: Record<string, number[]>;
  timeLeft: boolean;
}

type Watched = { fieldfareSeen: Seen };

/** Notes from now on what the page shows of its progress, and how long it stands still. */
function watchPage(of: Page): Promise<void> {
  return of.evaluate(() => {
    const seen: Seen = { longestMs: 0, reading: [], stages: {}, timeLeft: false };
    (window as unknown as Watched).fieldfareSeen = seen;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longestMs = Math.max(seen.longestMs, duration);
    }).observe({ type: 'longtask' });
    const note = (steps: number[], element: Element) => {
      const done = Number(element.getAttribute('data-done-bytes'));
      if (steps.at(-1) !== done) steps.push(done);
      if (/about .* left/.test(element.textContent ?? '')) seen.timeLeft = true;
    };
    new MutationObserver(() => {
      const reading = document.querySelector('[data-testid=folder-progress]');
      if (reading !== null) note(seen.reading, reading);
      const publishing = document.querySelector('[data-testid=publish-progress]');
      const stage = publishing?.getAttribute('data-stage');
      if (publishing && stage) {
        seen.stages[stage] ??= [];
        note(seen.stages[stage], publishing);
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}

/** Lets the page stand still once, to see that it would be noticed. */
function block(of: Page, blockMs: number): Promise<void> {
  return of.evaluate((forMs) => {
    setTimeout(() => {
      const until = performance.now() + forMs;
      while (performance.now() < until);
    });
  }, blockMs);
}

const seenOn = (of: Page) => of.evaluate(() => (window as unknown as Watched).fieldfareSeen);
