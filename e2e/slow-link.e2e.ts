import { type Browser, type BrowserServer, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EntryId, FleetId, NodeId } from '../src/core/wire/encoding/ids.ts';
import { type ContactServer, startContactServer } from './contact-server.ts';
import type {} from './pages/slow-link/page.ts';
import { type SourceServer, serveSources } from './source-server.ts';

/** Two megabytes, in entries of nearly the largest size. */
const ENTRIES = 45;
const ENTRY_BYTES = 48 * 1024;
const MIB = 2 ** 20;

interface NodePage {
  readonly id: NodeId;
  readonly page: Page;
  entries(): Promise<readonly EntryId[]>;
}

/** A browser whose processes can all be stopped: its network answers nothing then, and takes nothing. */
interface StoppableBrowser {
  readonly browser: Browser;
  pause(): void;
  goOn(): void;
  close(): Promise<void>;
}

let sources: SourceServer;
let contact: ContactServer;
let pageUrl: string;
let busy: StoppableBrowser;
let slow: StoppableBrowser;
let writer: NodePage;
let neighbour: NodePage;
let reader: NodePage;

beforeAll(async () => {
  sources = await serveSources('slow-link', [
    '@noble/ed25519',
    '@noble/hashes/sha2.js',
    '@thaunknown/simple-peer/lite.js',
  ]);
  pageUrl = `${sources.origin}/e2e/pages/slow-link/index.html`;
  contact = await startContactServer();
});

beforeEach(async () => {
  [busy, slow] = await Promise.all([launch(), launch()]);
  const page = await openPage(busy.browser);
  const { fleet, id } = await page.evaluate((url) => window.slow.found(url), contact.url);
  writer = nodeOf(page, id);
  neighbour = await join(busy.browser, fleet);
  reader = await join(slow.browser, fleet);
  for (const { page } of [neighbour, reader])
    await page.waitForFunction((peer) => window.slow.links().includes(peer), writer.id, { timeout: 60_000 });
  for (const each of [neighbour, reader])
    await expect.poll(each.entries, { timeout: 60_000 }).toHaveLength((await writer.entries()).length);
});
afterEach(() => Promise.all([busy?.close(), slow?.close()]));
afterAll(async () => {
  await contact?.close();
  await sources?.close();
});

async function launch(): Promise<StoppableBrowser> {
  const server: BrowserServer = await chromium.launchServer({
    executablePath: '/usr/bin/chromium',
    args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
  const browser = await chromium.connect(server.wsEndpoint());
  // Playwright makes the browser leader of a process group of its own.
  const signalAll = (signal: NodeJS.Signals) => process.kill(-server.process().pid!, signal);
  return {
    browser,
    pause: () => signalAll('SIGSTOP'),
    goOn: () => signalAll('SIGCONT'),
    close: async () => {
      signalAll('SIGCONT');
      await browser.close();
      await server.close();
    },
  };
}

async function openPage(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(pageUrl);
  await page.waitForFunction(() => window.slow !== undefined, undefined, { timeout: 60_000 });
  return page;
}

function nodeOf(page: Page, id: NodeId): NodePage {
  return { id, page, entries: () => page.evaluate(() => window.slow.entries()) };
}

async function join(browser: Browser, fleet: FleetId): Promise<NodePage> {
  const page = await openPage(browser);
  const id = await page.evaluate(([name, url]) => window.slow.join(name, url), [fleet, contact.url] as const);
  return nodeOf(page, id);
}

const fill = () =>
  writer.page.evaluate(([count, size]) => window.slow.fill(count, size), [ENTRIES, ENTRY_BYTES] as const);

/** Milliseconds until the neighbour holds all of them. */
async function neighbourHas(entries: readonly EntryId[]): Promise<number> {
  const startedMs = performance.now();
  await neighbour.page.waitForFunction(
    (ids) => {
      const here = new Set<string>(window.slow.entries());
      return ids.every((id) => here.has(id));
    },
    entries,
    { timeout: 60_000, polling: 20 },
  );
  return performance.now() - startedMs;
}

async function heapBytes({ page }: NodePage): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize + backingStorageSize;
}

describe('a neighbour that reads slowly (G5)', () => {
  test('gets a revoke before the two megabytes that wait, and another neighbour waits for neither', async () => {
    const before = await reader.entries();
    const quietMs = await neighbourHas(await fill());
    await expect.poll(reader.entries).toHaveLength(before.length + ENTRIES);

    slow.pause();
    const waiting = await fill();
    const slowedMs = await neighbourHas(waiting);
    const revoke = await writer.page.evaluate(() => window.slow.revoke());
    const revokedMs = await neighbourHas([revoke]);
    slow.goOn();

    await expect.poll(reader.entries).toHaveLength(before.length + 2 * ENTRIES + 1);
    const arrived = (await reader.entries()).slice(before.length + ENTRIES);
    const position = arrived.indexOf(revoke);
    console.log(
      `the revoke arrives as number ${position + 1} of ${arrived.length}; another neighbour has the 2 MiB ${slowedMs.toFixed(0)} ms after they are written (${quietMs.toFixed(0)} ms with no slow one), the revoke after ${revokedMs.toFixed(0)} ms`,
    );
    expect(position).toBeGreaterThanOrEqual(0);
    // What the connection was handed before; without lanes 512 KiB go first, which are eleven.
    expect(position).toBeLessThan(8);
    expect(await writer.page.evaluate(() => window.slow.links())).toContain(reader.id);
  });
});

describe('attack: a neighbour that never reads (M8)', () => {
  test('loses its link, with the reason; memory is bounded and all else goes on', async () => {
    const quietBytes = await heapBytes(writer);
    slow.pause();
    const pausedMs = performance.now();
    for (let round = 0; round < 4; round++) await neighbourHas(await fill());
    const grownBytes = (await heapBytes(writer)) - quietBytes;
    await expect
      .poll(() => writer.page.evaluate(() => window.slow.links()), { timeout: 60_000, interval: 100 })
      .not.toContain(reader.id);
    const endedMs = performance.now() - pausedMs;
    const ended = await writer.page.evaluate(() => window.slow.ended());
    console.log(
      `given up after ${(endedMs / 1000).toFixed(1)} s; heap ${(grownBytes / MIB).toFixed(1)} MiB more, of which ${((4 * ENTRIES * ENTRY_BYTES) / MIB).toFixed(1)} MiB are the ledger`,
    );
    expect(ended).toContainEqual({ peer: reader.id, reason: 'it does not read what it is sent' });
    // The ledger itself, twice while it is written, and what waits for the reader.
    expect(grownBytes).toBeLessThan(4 * ENTRIES * ENTRY_BYTES * 2 + 16 * MIB);
    await neighbourHas(await fill());
  });
});

test('a goodbye overtakes what waits: the link ends as soon as the neighbour reads again (H12)', async () => {
  slow.pause();
  await neighbourHas(await fill());
  await writer.page.evaluate(() => window.slow.close());
  slow.goOn();
  await expect
    .poll(() => reader.page.evaluate(() => window.slow.links()), { timeout: 5_000, interval: 50 })
    .not.toContain(writer.id);
});
