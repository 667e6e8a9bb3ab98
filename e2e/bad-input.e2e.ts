import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type BrowserActor, openBrowser } from '../actors/browser-actor.ts';
import { PAIRING_ALPHABET } from '../src/core/wire/contact/pairing.ts';
import { openStandingFleet, type StandingFleet } from './standing-fleet.ts';
import { writeWebApp } from './web-app-folder.ts';

let fleet: StandingFleet;
/** Browsers of one test beside those of the fleet. */
let visitors: BrowserActor[] = [];

beforeAll(async () => {
  fleet = await openStandingFleet(['till']);
  await fleet.operator.setConfig('strip', 'all');
  await fleet.settle({ version: '1.0.0' });
});

afterEach(async () => {
  await Promise.all(visitors.map((visitor) => visitor.kill()));
  visitors = [];
});

afterAll(() => fleet?.close());

describe('a folder that cannot be a release', () => {
  test('is empty', async () => {
    await openNewRollout();
    const folder = join(await fleet.directory('drop'), 'empty');
    await mkdir(folder);
    await fleet.operator.dropFolder(folder);
    await expectFolderProblem(
      'The folder is empty. Choose the folder that your build wrote, with index.html in it.',
    );
  });

  test('has no index.html', async () => {
    const { operator } = fleet;
    await operator.chooseFolder(
      await writeWebApp(await fleet.directory('app'), {
        version: '1.1.0',
        files: { 'index.html': undefined },
      }),
    );
    await expectFolderProblem(
      'The folder has no index.html at its top, so a device could not start it. If yours is a symbolic link, put the file itself in its place: browsers pass links over.',
    );
  });

  test('has a file that climbs out of it', async () => {
    const { page } = await openNewRollout();
    await page.getByTestId('folder-input').evaluate((element) => {
      const transfer = new DataTransfer();
      for (const path of ['menu/index.html', 'menu/../../settings.json']) {
        const file = new File(['{}'], path.split('/').at(-1)!);
        Object.defineProperty(file, 'webkitRelativePath', { value: path });
        transfer.items.add(file);
      }
      (element as HTMLInputElement).files = transfer.files;
      element.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await expectFolderProblem(
      'The file "../../settings.json" has ".." in its path, which could leave the folder; rename it and publish again.',
    );
  });

  test('gives way to a good one on the same page', async () => {
    const { page } = await openNewRollout();
    const folder = join(await fleet.directory('drop'), 'none');
    await mkdir(folder);
    await fleet.operator.dropFolder(folder);
    await page.getByTestId('folder-report').getByRole('alert').waitFor();
    await fleet.operator.dropFolder(await writeWebApp(await fleet.directory('app'), { version: '1.1.0' }));
    await expect
      .poll(() => page.getByRole('button', { name: 'Sign and start rollout' }).isEnabled(), {
        timeout: 30_000,
      })
      .toBe(true);
    await fleet.settle({ version: '1.1.0' });
  });
});

describe('a join link that was cut short', () => {
  const CUT =
    'This join link is cut short or changed. Copy the whole link from the dashboard, or scan its QR code.';

  test('is refused on a dashboard, and the whole link is taken after it', async () => {
    const link = await fleet.operator.inviteOperator();
    const { page } = await visit('/');
    const form = page.getByRole('form', { name: 'Join with a link' });
    await form.getByLabel('Join link').fill(link.slice(0, -5));
    await form.getByLabel('Your name').fill('Grace');
    await form.getByRole('button', { name: 'Join fleet' }).click();
    await form.getByRole('alert').getByText(CUT).waitFor();
    await form.getByLabel('Join link').fill(link);
    await form.getByRole('button', { name: 'Join fleet' }).click();
    await page.getByTestId('page-overview').waitFor();
  });

  test('is told on a kiosk, which offers to be paired instead', async () => {
    const link = await fleet.operator.inviteDevices('Harbour');
    const { page } = await visit(new URL(link.slice(0, -5)).href.slice(fleet.site.shellUrl.length));
    await page.getByRole('alert').getByText(CUT).waitFor();
    await pair(await codeOn(page), 'cut link');
    await untilAdmitted(page);
  });
});

describe('a pairing code that is wrong', () => {
  test('and that no device shows: the dashboard says where to look', async () => {
    const form = await tryCode('222222');
    await form
      .getByRole('alert')
      .getByText('No device shows this code. Check the code on its screen, and that the device is online.')
      .waitFor({ timeout: 30_000 });
  });

  test('and that a character of which no code has: it is named before anything is sent', async () => {
    const { page } = fleet.operator;
    await fleet.operator.goTo('/pair');
    await page.getByTestId('pair-code').fill('ABC0EF');
    await page.getByText('"0" is in no code; 0, O, 1, I, L and U are never used.').first().waitFor();
    expect(await page.getByRole('button', { name: 'Pair device' }).isEnabled()).toBe(false);
  });

  test('in one character: both ends say so, the code is spent, and the next one works', async () => {
    const { page } = await visit('/kiosk.html');
    const shown = await codeOn(page);
    const slip = [...PAIRING_ALPHABET].find((character) => character !== shown.at(-1))!;
    const form = await tryCode(shown.slice(0, -1) + slip);
    await form.getByRole('alert').waitFor({ timeout: 30_000 });
    expect(await form.getByRole('alert').textContent()).toMatch(
      /^The codes differ\. Type the code that the device shows now\.$|^The other side left before pairing was done\.$/,
    );
    await page.locator(`[data-code]:not([data-code="${shown}"])`).waitFor({ state: 'attached' });
    await page.getByRole('alert').waitFor();
    await pair(await codeOn(page), 'slip');
    await untilAdmitted(page);
  });
});

describe('a second tab', () => {
  test('of a device waits, and takes over when the first one closes', async () => {
    const device = await visit('/kiosk.html');
    await codeOn(device.page);
    const second = await device.context.newPage();
    await second.goto(`${fleet.site.shellUrl}/kiosk.html`);
    await second.getByText('This device is already running in another tab of this browser.').waitFor();
    await second.getByText('Go to that tab, or close it: this one then takes over by itself.').waitFor();
    await device.page.close();
    await pair(await codeOn(second), 'second tab');
    await untilAdmitted(second);
  });

  test('of the dashboard waits, and takes over when the first one closes', async () => {
    const { context, page } = await visit('/');
    await page.getByTestId('page-first-run').waitFor();
    const second = await context.newPage();
    await second.goto(`${fleet.site.shellUrl}/`);
    await second.getByText('The dashboard is already open in another tab of this browser.').waitFor();
    await page.close();
    await second.getByTestId('page-first-run').waitFor();
  });
});

describe('storage that the browser refuses', () => {
  for (const [name, path] of [
    ['kiosk', '/kiosk.html'],
    ['dashboard', '/'],
  ] as const)
    test(`is said on the ${name}, which works once it is allowed`, async () => {
      const visitor = await openVisitor('about:blank');
      const forbidden = await visitor.context.newPage();
      await forbidden.addInitScript(() => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('denied by policy', 'SecurityError');
        };
      });
      await forbidden.goto(`${fleet.site.shellUrl}${path}`);
      await forbidden
        .getByText(
          /^Storage refused while opening .*: the browser forbids storage here; leave private mode or allow site data by policy\.$/,
        )
        .waitFor();
      await forbidden
        .getByText('Allow this site to store data (not a private window), then load the page again.')
        .waitFor();
      await forbidden.close();
      await visitor.page.goto(`${fleet.site.shellUrl}${path}`);
      if (name === 'kiosk') await codeOn(visitor.page);
      else await visitor.page.getByTestId('page-first-run').waitFor();
    });

  test('for want of room during a fetch: the update fails and says so, and a later rollout fetches it', async () => {
    const kiosk = fleet.kiosk('till');
    const running = (await kiosk.state()).version;
    const photo = randomBytes(3_600_000);
    const devTools = await kiosk.context.newCDPSession(kiosk.page);
    const origin = fleet.site.shellUrl;
    const { usage } = await devTools.send('Storage.getUsageAndQuota', { origin });
    await devTools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 200_000 });
    // The browser goes on granting what it reckoned before, for half a minute or so.
    await expect
      .poll(() => tryToStore(kiosk.page, 1_000_000), { timeout: 90_000 })
      .toBe('QuotaExceededError');
    await fleet.rollOut({ version: '2.0.0', files: { 'photo.bin': photo } });
    const { text, version } = await kiosk.until(
      'has no room for 2.0.0',
      (seen) => seen.stage === 'failed' && seen.text.includes('2.0.0'),
      90_000,
    );
    expect(version).toBe(running);
    expect(text).toContain('The browser refuses to store the release');
    expect(text).toContain('free space on the disk');
    expect(text).toContain(`Version ${running} goes on.`);
    await fleet.operator.goTo('/activity');
    await fleet.operator.page
      .getByTestId('activity-item')
      .filter({ hasText: 'the browser refuses to store the release' })
      .first()
      .waitFor({ timeout: 30_000 });
    await devTools.send('Storage.overrideQuotaForOrigin', { origin });
    await fleet.rollOutPublished('2.0.0');
    await kiosk.until('runs 2.0.0', (seen) => seen.stage === 'committed' && seen.version === '2.0.0', 90_000);
  });
});

async function openNewRollout() {
  const { operator } = fleet;
  await operator.goTo('/overview');
  await operator.goTo('/rollouts/new');
  await operator.page.getByTestId('page-new-rollout').waitFor();
  return operator;
}

async function expectFolderProblem(problem: string): Promise<void> {
  const { page } = fleet.operator;
  await page.getByTestId('folder-report').getByRole('alert').getByText(problem, { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Sign and start rollout' }).isEnabled()).toBe(false);
  await page.getByText('Mend what is wrong with the folder.').waitFor();
}

/** The name of the error that a write of so many bytes met; empty when it was taken. */
function tryToStore(page: Page, sizeBytes: number): Promise<string> {
  return page.evaluate(
    (size) =>
      new Promise<string>((resolve) => {
        const opening = indexedDB.open('room for a write');
        opening.onupgradeneeded = () => opening.result.createObjectStore('bytes');
        opening.onerror = () => resolve(opening.error?.name ?? '');
        opening.onsuccess = () => {
          const db = opening.result;
          const writing = db.transaction('bytes', 'readwrite');
          writing.objectStore('bytes').put(new Uint8Array(size), 0);
          const end = (name: string) => {
            db.close();
            resolve(name);
          };
          writing.oncomplete = () => end('');
          writing.onabort = () => end(writing.error?.name ?? 'AbortError');
        };
      }),
    sizeBytes,
  );
}

async function openVisitor(url: string): Promise<BrowserActor> {
  const visitor = await openBrowser({ profile: await fleet.directory('visitor'), url });
  visitor.context.setDefaultTimeout(60_000);
  visitors.push(visitor);
  return visitor;
}

const visit = (path: string) => openVisitor(`${fleet.site.shellUrl}${path}`);

async function codeOn(page: Page): Promise<string> {
  const shown = page.locator('[data-code]:not([data-code=""])');
  await shown.waitFor({ state: 'attached', timeout: 60_000 });
  return (await shown.getAttribute('data-code'))!;
}

const pair = (code: string, name: string) => fleet.operator.pairDevice({ code, name, site: 'Harbour' });

async function untilAdmitted(page: Page): Promise<void> {
  await page
    .locator('[data-kiosk=joined][data-admitted=true]')
    .waitFor({ state: 'attached', timeout: 60_000 });
}

/** Types the code into the pairing form and sends it off. */
async function tryCode(code: string) {
  const { operator } = fleet;
  await operator.goTo('/overview');
  await operator.goTo('/pair');
  const form = operator.page.getByRole('form', { name: 'Pair a device' });
  await form.getByLabel('Code').fill(code);
  await form.getByLabel('Name').fill('Nobody');
  await form.getByLabel('Site').fill('Harbour');
  await form.getByRole('button', { name: 'Pair device' }).click();
  return form;
}
