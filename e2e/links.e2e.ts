import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { decodeCbor, encodeCbor } from '../src/core/wire/encoding/cbor.ts';
import { fromBase64Url, toBase64Url } from '../src/core/wire/encoding/ids.ts';
import { MAX_SIGNAL_BYTES } from '../src/core/wire/encoding/limits.ts';
import { type ContactServer, startContactServer } from './contact-server.ts';
import type {} from './pages/links.ts';
import { type SourceServer, serveSources } from './source-server.ts';

let browser: Browser;
let sources: SourceServer;
let contact: ContactServer;
let pageUrl: string;
let signalingUrl: string;
let pages: Page[] = [];

beforeAll(async () => {
  sources = await serveSources('links', [
    '@noble/ed25519',
    '@noble/hashes/hkdf.js',
    '@noble/hashes/hmac.js',
    '@noble/hashes/sha2.js',
    '@thaunknown/simple-peer/lite.js',
  ]);
  pageUrl = `${sources.origin}/e2e/pages/links.html`;
  contact = await startContactServer();
  signalingUrl = contact.url;
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

afterEach(async () => {
  for (const page of pages) expect(await page.evaluate(() => window.links.unhandled())).toEqual([]);
  await Promise.all(pages.map((page) => page.context().close()));
  pages = [];
});

afterAll(async () => {
  await browser?.close();
  await contact?.close();
  await sources?.close();
});

async function openPage(): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(pageUrl);
  await page.waitForFunction(() => window.links !== undefined, undefined, { timeout: 60_000 });
  pages.push(page);
  return page;
}

const failed = (results: readonly { readonly name: string; readonly error: string }[]) =>
  results.filter(({ error }) => error !== '');

describe('in Chromium', () => {
  test('WebCrypto and noble give the same answers to every vector', async () => {
    const page = await openPage();
    expect(await page.evaluate(() => window.links.strict())).toBe(true);
    expect(failed(await page.evaluate(() => window.links.webCryptoKeys()))).toEqual([]);
    expect(failed(await page.evaluate(() => window.links.nobleKeys()))).toEqual([]);
  });

  test('connections over simple-peer keep the contract', async () => {
    const page = await openPage();
    expect(failed(await page.evaluate(() => window.links.connections()))).toEqual([]);
  });

  test('two pages find each other over the real server and prove their keys', async () => {
    const [one, two] = [await openPage(), await openPage()];
    const link = (page: Page, seed: number) =>
      page.evaluate(([url, own]) => window.links.link(url, own), [signalingUrl, seed] as const);
    const [atOne, atTwo] = await Promise.all([link(one, 11), link(two, 12)]);
    expect(atOne.peer).toBe(await two.evaluate(() => window.links.idOf(12)));
    expect(atTwo.peer).toBe(await one.evaluate(() => window.links.idOf(11)));
    expect([atOne.rung, atTwo.rung]).toEqual(['lan', 'lan']);
    for (const [name, times] of Object.entries({ atOne, atTwo }))
      console.log(
        `${name}: open after ${times.introducedToOpenMs.toFixed(0)} ms, authenticated after ${times.introducedToAuthenticatedMs.toFixed(0)} ms`,
      );
  });

  test('a device and an operator pair by code over the real server', async () => {
    const [device, operator] = [await openPage(), await openPage()];
    const offered = device.evaluate((url) => window.links.offerPairing(url, 'ABC234', 21), signalingUrl);
    const answered = operator.evaluate(
      (url) => window.links.answerPairing(url, 'ABC234', 'https://app.test/#/join/x'),
      signalingUrl,
    );
    expect(await offered).toEqual({ link: 'https://app.test/#/join/x' });
    expect(await answered).toEqual({ device: await device.evaluate(() => window.links.idOf(21)) });
  });
});

describe('attack: a lying signaling server', () => {
  /** Carries signals of `from` to `to`, changed by the server as it likes. */
  const carrySignals = (from: Page, to: Page, change: (text: string) => string = (text) => text) =>
    from.exposeFunction('onLinkSignal', (text: string) =>
      to.evaluate((signal) => window.links.signal(signal), change(text)),
    );

  test('swaps the fingerprint in the descriptions: no connection opens', async () => {
    const [alice, bob] = [await openPage(), await openPage()];
    const swap = (text: string) => {
      const signal = decodeCbor(fromBase64Url(text)!, { maxBytes: MAX_SIGNAL_BYTES }) as Record<
        string,
        string
      >;
      const sdp = signal.sdp?.replace(/(a=fingerprint:sha-256 )\S+/g, `$1${Array(32).fill('AB').join(':')}`);
      return toBase64Url(encodeCbor({ ...signal, sdp }));
    };
    await carrySignals(alice, bob, swap);
    await carrySignals(bob, alice, swap);
    await bob.evaluate(() => window.links.start(false));
    await alice.evaluate(() => window.links.start(true));
    const outcomes = await Promise.all([
      alice.evaluate(() => window.links.outcome(31, 32)),
      bob.evaluate(() => window.links.outcome(32, 31)),
    ]);
    for (const outcome of outcomes) expect(['failed', 'timed-out']).toContain(outcome);
  });

  test('puts nodes of its own between two and passes every frame on: both refuse', async () => {
    const [alice, bob] = [await openPage(), await openPage()];
    const [middleA, middleB] = [await openPage(), await openPage()];
    for (const [from, to] of [
      [alice, middleA],
      [middleA, alice],
      [bob, middleB],
      [middleB, bob],
    ] as const)
      await carrySignals(from, to);
    for (const [from, to] of [
      [middleA, middleB],
      [middleB, middleA],
    ] as const)
      await from.exposeFunction('onLinkFrame', (text: string) =>
        to.evaluate((frame) => window.links.frame(frame), text),
      );
    await middleA.evaluate(() => window.links.start(false));
    await bob.evaluate(() => window.links.start(false));
    await middleB.evaluate(() => window.links.start(true));
    await alice.evaluate(() => window.links.start(true));
    await Promise.all([middleA, middleB].map((page) => page.evaluate(() => window.links.relay())));
    const outcomes = await Promise.all([
      alice.evaluate(() => window.links.outcome(31, 32)),
      bob.evaluate(() => window.links.outcome(32, 31)),
    ]);
    expect(outcomes).toEqual(['bad-proof', 'bad-proof']);
  });
});
