import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserActor } from '../actors/browser-actor.ts';
import { type KioskActor, openKiosk } from '../actors/kiosk-actor.ts';
import { type FolderRollout, type OperatorActor, openOperator } from '../actors/operator-actor.ts';
import { openSite, type SiteActor } from './actors/server-actor.ts';
import { type WebApp, writeWebApp } from './web-app-folder.ts';

/** By which rule a release is judged; by the dashboard's own suggestion where nothing is said. */
export type HealthRuleChoice = Pick<FolderRollout, 'healthyWithinSeconds' | 'quietForSeconds'>;

/** A site, a dashboard whose person founded the fleet, and admitted kiosks, each in a browser of its own. */
export interface StandingFleet {
  readonly site: SiteActor;
  readonly operator: OperatorActor;
  /** By name. */
  readonly kiosks: ReadonlyMap<string, KioskActor>;
  kiosk(name: string): KioskActor;
  /** An empty directory that goes with the fleet. */
  directory(name: string): Promise<string>;
  /** Writes the app, publishes it and starts its rollout to all devices. */
  rollOut(app: WebApp, rule?: HealthRuleChoice): Promise<void>;
  /** Publishes the app and takes the start of its rollout back. */
  publish(app: WebApp): Promise<void>;
  /** Starts a rollout to all devices of a release that is published. */
  rollOutPublished(version: string): Promise<void>;
  /** As `rollOut`, and waits until every kiosk has committed it. */
  settle(app: WebApp): Promise<void>;
  /** Ends a kiosk's browser, or the operator's, and opens another on the same profile. */
  reopenKiosk(name: string): Promise<KioskActor>;
  reopenOperator(): Promise<OperatorActor>;
  /** Ends all browsers and the server. Idempotent. */
  close(): Promise<void>;
}

/** A guess: a healthy app of three files, while other browsers share two cores. */
const COMMIT_TIMEOUT_MS = 90_000;

/** A guess: whatever a page does at a click or a key, on those two cores. */
const STEP_TIMEOUT_MS = 60_000;

export async function openStandingFleet(kioskNames: readonly string[]): Promise<StandingFleet> {
  const root = await mkdtemp(join(tmpdir(), 'fieldfare-fleet-'));
  const directory = (name: string) => mkdtemp(join(root, `${name}-`));
  const profile = (name: string) => join(root, 'profiles', name);
  const site = await openSite();
  const { shellUrl } = site;
  const kiosks = new Map<string, KioskActor>();
  const openPatiently = async <Actor extends BrowserActor>(opening: Promise<Actor>): Promise<Actor> => {
    const actor = await opening;
    actor.context.setDefaultTimeout(STEP_TIMEOUT_MS);
    return actor;
  };
  const openDashboard = () => openPatiently(openOperator({ profile: profile('operator'), shellUrl }));
  const openDevice = (name: string) => openPatiently(openKiosk({ profile: profile(name), shellUrl }));
  let operator = await openDashboard();

  const close = async () => {
    await Promise.all([operator.kill(), ...[...kiosks.values()].map((kiosk) => kiosk.kill())]);
    await site.close();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  };

  const kiosk = (name: string) => {
    const known = kiosks.get(name);
    if (known === undefined) throw new Error(`the fleet has no kiosk ${name}`);
    return known;
  };

  const rollOut = async (app: WebApp, rule: HealthRuleChoice = { healthyWithinSeconds: 60 }) =>
    operator.rollOutFolder({ folder: await writeWebApp(await directory('app'), app), ...rule });

  const publish = async (app: WebApp) => {
    const { page } = operator;
    await operator.chooseFolder(await writeWebApp(await directory('app'), app));
    await page.getByTestId('folder-report').waitFor();
    await page.getByRole('radio', { name: /calls fieldfare.healthy/ }).check();
    await page.getByRole('button', { name: 'Sign and start rollout' }).click();
    await page.getByRole('button', { name: 'Undo' }).click({ timeout: 60_000 });
    await page.getByText('Taken back: no device was told.').waitFor();
  };

  const rollOutPublished = async (version: string) => {
    const { page } = operator;
    await operator.goTo('/releases');
    await page
      .locator(`[data-testid=release-row][data-version="${version}"]`)
      .getByRole('link')
      .first()
      .click();
    await page.getByRole('link', { name: 'Roll out' }).click();
    await page.getByRole('button', { name: 'Sign rollout' }).click();
    await page.getByRole('button', { name: 'Start now' }).click({ timeout: 60_000 });
    await page.getByTestId('page-rollout').waitFor({ timeout: 30_000 });
  };

  try {
    await operator.createFleet('Harbour cafes', 'Ada');
    for (const name of kioskNames) {
      const opened = await openDevice(name);
      kiosks.set(name, opened);
      await operator.pairDevice({ code: await opened.pairingCode(), name, site: 'Harbour' });
      await opened.page.locator('[data-kiosk=joined][data-admitted=true]').waitFor({ state: 'attached' });
    }
  } catch (error) {
    await close();
    throw error;
  }

  return {
    site,
    get operator() {
      return operator;
    },
    kiosks,
    kiosk,
    directory,
    rollOut,
    publish,
    rollOutPublished,
    settle: async (app) => {
      await rollOut(app);
      for (const each of kiosks.values())
        await each.until(
          `runs ${app.version}`,
          ({ stage, version }) => stage === 'committed' && version === app.version,
          COMMIT_TIMEOUT_MS,
        );
    },
    reopenKiosk: async (name) => {
      await kiosk(name).stop();
      const opened = await openDevice(name);
      kiosks.set(name, opened);
      return opened;
    },
    reopenOperator: async () => {
      await operator.stop();
      operator = await openDashboard();
      return operator;
    },
    close,
  };
}
