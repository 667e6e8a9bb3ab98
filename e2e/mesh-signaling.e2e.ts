import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ContactServer, startContactServer } from './contact-server.ts';
import type {} from './pages/mesh/page.ts';
import { type SourceServer, serveSources } from './source-server.ts';

let browser: Browser;
let sources: SourceServer;
let pageUrl: string;
const contacts: ContactServer[] = [];

beforeAll(async () => {
  sources = await serveSources('mesh', [
    '@noble/ed25519',
    '@noble/hashes/sha2.js',
    '@thaunknown/simple-peer/lite.js',
  ]);
  pageUrl = `${sources.origin}/e2e/pages/mesh/index.html`;
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(contacts.map((contact) => contact.close()));
  await sources?.close();
});

async function startContact(): Promise<ContactServer> {
  const contact = await startContactServer();
  contacts.push(contact);
  return contact;
}

async function openNode(urls: readonly string[]) {
  const page: Page = await (await browser.newContext()).newPage();
  await page.goto(pageUrl);
  await page.waitForFunction(() => window.mesh !== undefined, undefined, { timeout: 60_000 });
  const id = await page.evaluate((signaling) => window.mesh.start(signaling), urls);
  return {
    id,
    links: () => page.evaluate(() => window.mesh.links()),
    rooms: () => page.evaluate(() => window.mesh.rooms()),
    closeTab: () => page.close(),
    goElsewhere: () => page.goto('about:blank'),
    goBack: () => page.goBack(),
    hold: (hold: boolean) => page.evaluate((value) => window.mesh.hold(value), hold),
  };
}

test('two nodes that share a neighbour link after all signaling servers are gone (G7)', async () => {
  const [left, right] = [await startContact(), await startContact()];
  const middle = await openNode([left.url, right.url]);
  const alice = await openNode([left.url]);
  await expect.poll(alice.links, { timeout: 30_000 }).toEqual([middle.id]);
  await alice.hold(true);
  const bob = await openNode([right.url]);
  await expect.poll(bob.links, { timeout: 30_000 }).toEqual([middle.id]);
  await Promise.all([left.close(), right.close()]);
  for (const node of [alice, bob, middle])
    await expect.poll(node.rooms, { timeout: 30_000 }).not.toContain('joined');
  expect(await alice.links()).toEqual([middle.id]);
  await alice.hold(false);
  await expect.poll(alice.links, { timeout: 120_000 }).toContain(bob.id);
  expect(await bob.links()).toContain(alice.id);
}, 300_000);

test.each(['closeTab', 'goElsewhere'] as const)(
  'a page that goes away (%s) says goodbye: its neighbours lose the link at once (H12)',
  async (leave) => {
    const { url } = await startContact();
    const stays = await openNode([url]);
    const leaves = await openNode([url]);
    await expect.poll(stays.links, { timeout: 30_000 }).toEqual([leaves.id]);
    await leaves[leave]();
    // Without the goodbye ICE notices only after half a minute.
    await expect.poll(stays.links, { timeout: 5_000, interval: 50 }).toEqual([]);
  },
  120_000,
);
