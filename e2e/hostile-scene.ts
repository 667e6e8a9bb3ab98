import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { build, preview } from 'vite';
import { expect } from 'vitest';
import { decodeJoinLink, encodeJoinLink } from '../src/core/wire/contact/join-link.ts';
import { ledgerOf } from './kept-ledger.ts';
import './pages/hostile/page-contract.ts';
import type { Crafted, Forgery } from './pages/hostile/page-contract.ts';
import { openStandingFleet, type StandingFleet } from './standing-fleet.ts';

/** What runs while strangers and bribed operators try their luck: counter 2 of its product. */
export const RUNNING = '2.0.0';
/** A node raises one alarm a second at most, so that nobody makes it shout. */
const ALARM_PAUSE_MS = 1_000;
const KIOSKS = ['near', 'far'] as const;

/** A standing fleet of two kiosks, and browsers of those who mean it harm. */
export interface HostileScene {
  readonly fleet: StandingFleet;
  /** The key of the kiosk that hostile nodes talk to. */
  readonly near: string;
  /** Ids of entries that must stand in no ledger. */
  readonly forged: string[];
  /** A node that knows the fleet and holds nothing. */
  openStranger(): Promise<Page>;
  /** A link of the fleet that invites nobody. */
  bareLink(): Promise<string>;
  /** One that was invited as an operator. */
  openTraitor(): Promise<Page>;
  craft(page: Page, forgery: Forgery): Promise<Crafted>;
  /** To one kiosk alone: whatever another node comes to hold of it was passed on. */
  send(page: Page, ...entries: readonly Crafted[]): Promise<void>;
  /** For an entry that its author may write: it stands in every ledger, whatever the view makes of it. */
  sendAccepted(page: Page, forgery: Forgery): Promise<Crafted>;
  alarmIsDue(): Promise<void>;
  activityCount(detail: string): Promise<number>;
  untilActivity(action: string, detail: string): Promise<void>;
  headingOf(name: string): Promise<string | undefined>;
  expectUntouched(): Promise<void>;
  expectRunning(): Promise<void>;
  expectNoForgery(): Promise<void>;
  /** Ends the hostile pages, not the fleet. */
  sendAway(): Promise<void>;
  close(): Promise<void>;
}

export async function openHostileScene(): Promise<HostileScene> {
  const outDir = await mkdtemp(join(tmpdir(), 'fieldfare-hostile-'));
  const config = {
    configFile: false,
    root: fileURLToPath(new URL('pages/hostile', import.meta.url)),
    logLevel: 'error',
    resolve: {
      alias: {
        'simple-peer': '@thaunknown/simple-peer/lite.js',
        webtorrent: 'webtorrent/dist/webtorrent.min.js',
      },
    },
    build: { outDir, emptyOutDir: true, target: 'es2023' },
  } as const;
  await build(config);
  const served = await preview({ ...config, preview: { port: 0, host: 'localhost' } });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
  const fleet = await openStandingFleet(KIOSKS);
  await fleet.operator.setConfig('strip', 'all');
  await fleet.settle({ version: '1.0.0' });
  await fleet.settle({ version: RUNNING });
  const near = await deviceKey(fleet, 'near');
  const forged: string[] = [];
  let lastAlarmSeenMs = 0;

  const openHostile = async (link: string): Promise<Page> => {
    const context = await browser.newContext();
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(`${served.resolvedUrls?.local[0]}`);
    await page.waitForFunction(() => window.hostile !== undefined);
    await page.evaluate((text) => window.hostile.join(text), link);
    await page.waitForFunction(
      ([peer, version]) =>
        window.hostile.peers().includes(peer!) && window.hostile.release(version!) !== undefined,
      [near, RUNNING],
      { timeout: 60_000 },
    );
    return page;
  };

  const activityOf = (detail: string) =>
    fleet.operator.page.getByTestId('activity-item').filter({ hasText: detail });

  const scene: HostileScene = {
    fleet,
    near,
    forged,
    openStranger: async () => openHostile(await scene.bareLink()),
    bareLink: async () => {
      const invitation = decodeJoinLink(await fleet.operator.inviteOperator());
      return encodeJoinLink({ ...invitation, invitation: undefined });
    },
    openTraitor: async () => {
      const page = await openHostile(await fleet.operator.inviteOperator());
      await page.waitForFunction(() => window.hostile.roles().includes('release'));
      return page;
    },
    craft: async (page, forgery) => {
      const crafted = await page.evaluate((wanted) => window.hostile.craft(wanted), forgery);
      forged.push(crafted.id);
      return crafted;
    },
    send: async (page, ...entries) => {
      await scene.alarmIsDue();
      await page.evaluate(({ peer, envelopes }) => window.hostile.sendEntries(peer, envelopes), {
        peer: near,
        envelopes: entries.map(({ envelope }) => envelope),
      });
    },
    sendAccepted: async (page, forgery) => {
      const crafted = await page.evaluate((wanted) => window.hostile.craft(wanted), forgery);
      await page.evaluate(({ peer, envelope }) => window.hostile.sendEntries(peer, [envelope]), {
        peer: near,
        envelope: crafted.envelope,
      });
      // It comes back by way of the other neighbours.
      await page.waitForFunction((id) => window.hostile.entries().includes(id), crafted.id);
      return crafted;
    },
    alarmIsDue: () => expect.poll(() => Date.now() - lastAlarmSeenMs).toBeGreaterThan(ALARM_PAUSE_MS),
    activityCount: async (detail) => {
      await fleet.operator.goTo('/activity');
      await fleet.operator.page.getByTestId('page-activity').waitFor();
      return activityOf(detail).count();
    },
    untilActivity: async (action, detail) => {
      await fleet.operator.goTo('/activity');
      await activityOf(detail).filter({ hasText: action }).first().waitFor({ timeout: 60_000 });
      lastAlarmSeenMs = Date.now();
    },
    headingOf: async (name) => {
      const heading = fleet.kiosk(name).releaseFrame()?.locator('h1');
      return (await heading?.textContent({ timeout: 5_000 }).catch(() => null)) ?? undefined;
    },
    expectUntouched: async () => {
      await scene.expectRunning();
      for (const name of KIOSKS) expect((await fleet.kiosk(name).state()).stage).toBe('committed');
      await scene.expectNoForgery();
    },
    expectRunning: async () => {
      for (const name of KIOSKS) {
        expect((await fleet.kiosk(name).state()).version).toBe(RUNNING);
        expect(await scene.headingOf(name)).toBe(`menu ${RUNNING}`);
      }
    },
    expectNoForgery: async () => {
      const ledgers = await Promise.all([
        ledgerOf(fleet.operator.page, 'operator'),
        ...KIOSKS.map((name) => ledgerOf(fleet.kiosk(name).page, 'device')),
      ]);
      for (const ledger of ledgers) {
        expect(ledger.length).toBeGreaterThan(5);
        expect(ledger.filter((id) => forged.includes(id))).toEqual([]);
      }
    },
    sendAway: async () => {
      for (const context of browser.contexts()) {
        // With a goodbye: places of neighbours that vanish stay taken until ICE notices, and the next one finds none.
        for (const page of context.pages()) await page.evaluate(() => window.hostile?.close());
        await context.close();
      }
    },
    close: async () => {
      await fleet.close();
      await browser.close();
      await served.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
  return scene;
}

async function deviceKey({ operator }: StandingFleet, name: string): Promise<string> {
  const { page } = operator;
  await operator.goTo('/devices');
  await page.getByTestId('device-row').filter({ hasText: name }).getByRole('link').first().click();
  await page.getByTestId('page-device').waitFor();
  return page.evaluate(() => location.hash.replace('#/devices/', ''));
}
