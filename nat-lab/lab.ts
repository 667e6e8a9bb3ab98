import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserOptions } from '../actors/browser-actor.ts';
import { type KioskActor, openKiosk } from '../actors/kiosk-actor.ts';
import { type OperatorActor, openOperator } from '../actors/operator-actor.ts';
import { forwardDevTools } from './devtools-forward.ts';
import { type LabServers, startLabServers } from './lab-servers.ts';
import { createLabNetwork, type Host, type LabNetwork, WEB_ADDRESS, WEB_PORT } from './network.ts';
import type { Scenario } from './scenarios.ts';

export interface ScenarioOutcome {
  /** The rung of the operator's link to the kiosk, as the Mesh page shows it; empty: no link. */
  readonly rung: string;
  /** From the loading of both pages to the link on its rung. */
  readonly linkMs: number;
  /** From the signed rollout to the kiosk that runs it. */
  readonly rolloutMs: number;
  /** What left the operator's network during the rollout. */
  readonly uplinkBytes: number;
  /** Empty: everything went as it should. */
  readonly problem: string;
}

/** Real kiosks and an operator in Chromium, each on a machine of the lab's network. */
export interface Lab {
  run(scenario: Scenario): Promise<ScenarioOutcome>;
  /** Idempotent. */
  close(): Promise<void>;
  /** Takes the network and all that runs in it away at once: the last thing of a process that is ended. */
  closeNow(): void;
}

/** A guess: pages that load, and a link by the last rung of the ladder, on two busy cores. */
const LINK_TIMEOUT_MS = 45_000;
const ROLLOUT_TIMEOUT_MS = 90_000;
const STEP_TIMEOUT_MS = 45_000;
/** Each server that does not answer costs the doctor five seconds. */
const DOCTOR_TIMEOUT_MS = 60_000;
/** Longer than WebRTC takes to call a path disconnected (5 s), shorter than it takes to give it up (about 30 s). */
const CUT_MS = 8_000;
/** A kiosk that is closed within 3 s of its release's start counts a bad start, and three of them in a row roll back (D8). */
const GOOD_START_MS = 3_500;

export async function openLab(): Promise<Lab> {
  const network = createLabNetwork();
  const directory = await mkdtemp(join(tmpdir(), 'fieldfare-nat-lab-'));
  const closers: (() => void)[] = [];
  const actors: { kill(): Promise<void> }[] = [];
  let closing: Promise<void> | undefined;

  const closeNow = () => {
    for (const closer of closers.splice(0)) closer();
    network.close();
  };
  const close = () => {
    closing ??= (async () => {
      await Promise.all(actors.map((actor) => actor.kill()));
      closeNow();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    })();
    return closing;
  };

  try {
    for (const router of ['north', 'south'] as const)
      network.setRouter(router, { nat: 'port-restricted', firewall: 'open' });
    const servers = await startLabServers(network, directory);
    closers.push(servers.close);
    const { shellUrl } = servers;
    const browserAt = (host: Host): BrowserOptions => ({
      profile: join(directory, 'profiles', host),
      // Browsers give pages of plain HTTP neither service workers nor cryptography, unless told to.
      extraArguments: [
        `--unsafely-treat-insecure-origin-as-secure=${[WEB_PORT, WEB_PORT + 1].map((port) => `http://${WEB_ADDRESS}:${port}`).join(',')}`,
      ],
      place: {
        launcher: network.on(host),
        async reach(wsEndpoint) {
          const forward = await forwardDevTools(
            network.on(host),
            wsEndpoint,
            join(directory, `${host}.sock`),
          );
          closers.push(forward.close);
          return forward.wsEndpoint;
        },
      },
    });
    const patient = async <Actor extends OperatorActor | KioskActor>(opening: Promise<Actor>) => {
      const actor = await opening;
      actor.context.setDefaultTimeout(STEP_TIMEOUT_MS);
      actors.push(actor);
      return actor;
    };
    const operator = await patient(openOperator({ ...browserAt('north-1'), shellUrl }));
    await operator.createFleet('Lab', 'Ada');
    const kiosks = new Map<Scenario['kiosk'], KioskActor>();
    const kioskOf = async (where: Scenario['kiosk']) => {
      const known = kiosks.get(where);
      if (known !== undefined) return known;
      // One kiosk at a time: a link by way of another would carry what this one is to carry.
      for (const other of kiosks.values()) await other.page.goto('about:blank');
      await operator.page.goto(`${shellUrl}/`);
      const host = where === 'same-lan' ? 'north-2' : 'south-1';
      const kiosk = await patient(openKiosk({ ...browserAt(host), shellUrl }));
      const site = where === 'same-lan' ? 'North' : 'South';
      await operator.pairDevice({ code: await kiosk.pairingCode(), name: where, site });
      await kiosk.page.locator('[data-admitted=true]').waitFor({ state: 'attached' });
      kiosks.set(where, kiosk);
      return kiosk;
    };
    return { run: createRunner({ network, servers, directory, operator, kioskOf }), close, closeNow };
  } catch (error) {
    await close();
    throw error;
  }
}

function createRunner(lab: {
  readonly network: LabNetwork;
  readonly servers: LabServers;
  readonly directory: string;
  readonly operator: OperatorActor;
  kioskOf(where: Scenario['kiosk']): Promise<KioskActor>;
}): Lab['run'] {
  const { network, servers, operator } = lab;
  let releases = 0;

  const setUp = (scenario: Scenario) => {
    network.setRouter('north', scenario.north);
    network.setRouter('south', scenario.south);
    if (scenario.event === 'no-internet') {
      network.serveOnLan(true);
      network.cutUplink('north');
    }
    if (scenario.release.bitsPerSecond !== undefined)
      network.slowDown('south', scenario.release.bitsPerSecond);
  };
  const tearDown = (scenario: Scenario) => {
    if (scenario.event === 'no-internet') {
      network.serveOnLan(false);
      network.healUplink('north');
    }
    if (scenario.release.bitsPerSecond !== undefined) network.slowDown('south', undefined);
  };

  /** The rung that the Mesh page shows, once it is the expected one or time is over. */
  const rungShown = async (expected: string): Promise<string> => {
    await operator.goTo('/mesh');
    const row = operator.page.locator('[data-testid=mesh-link][data-measured=true]').first();
    const deadline = Date.now() + LINK_TIMEOUT_MS;
    for (;;) {
      const found = (await row.count()) === 0 ? '' : ((await row.getAttribute('data-rung')) ?? '');
      if (found === expected || Date.now() > deadline) return found;
      await pause(200);
    }
  };

  const doctorSays = async (): Promise<string> => {
    await operator.goTo('/doctor');
    const reach = operator.page.getByTestId('doctor-reach');
    await reach.waitFor({ timeout: DOCTOR_TIMEOUT_MS });
    return (await reach.getAttribute('data-reach')) ?? '';
  };

  const happen = async (scenario: Scenario, kiosk: KioskActor) => {
    if (scenario.event !== 'server-killed' && scenario.event !== 'uplink-cut') return;
    await kiosk.until('fetches', ({ stage }) => stage === 'fetching', ROLLOUT_TIMEOUT_MS);
    if (scenario.event === 'server-killed') return servers.killSite();
    network.cutUplink('south');
    await pause(CUT_MS);
    network.healUplink('south');
  };

  return async (scenario) => {
    const kiosk = await lab.kioskOf(scenario.kiosk);
    for (const { page } of [operator, kiosk]) await page.goto('about:blank');
    setUp(scenario);
    const figures = { rung: '', linkMs: 0, rolloutMs: 0, uplinkBytes: 0 };
    try {
      const loadedMs = performance.now();
      await kiosk.page.goto(`${servers.shellUrl}/kiosk.html`);
      await operator.page.goto(`${servers.shellUrl}/`);
      figures.rung = await rungShown(scenario.rung);
      figures.linkMs = performance.now() - loadedMs;
      if (figures.rung !== scenario.rung)
        return { ...figures, problem: `the link is on rung "${figures.rung}", not "${scenario.rung}"` };
      if (scenario.climbsTo !== undefined) {
        network.setRouter('north', { ...scenario.north, firewall: 'open' });
        figures.rung = await rungShown(scenario.climbsTo);
        if (figures.rung !== scenario.climbsTo)
          return { ...figures, problem: `the link stays on rung "${figures.rung}"` };
      }

      releases += 1;
      const version = `1.0.${releases}`;
      const folder = await writeRelease(lab.directory, version, scenario.release.sizeBytes);
      const uplinkBefore = network.uplinkBytes('north');
      await operator.rollOutFolder({ folder, product: 'menu', version, healthyWithinSeconds: 60 });
      const signedMs = performance.now();
      await Promise.all([
        happen(scenario, kiosk),
        kiosk.until(
          `runs ${version}`,
          (seen) => seen.stage === 'committed' && seen.version === version,
          ROLLOUT_TIMEOUT_MS,
        ),
      ]);
      figures.rolloutMs = performance.now() - signedMs;
      await pause(GOOD_START_MS);
      figures.uplinkBytes = network.uplinkBytes('north') - uplinkBefore;
      if (scenario.kiosk === 'same-lan' && figures.uplinkBytes > scenario.release.sizeBytes / 4)
        return { ...figures, problem: `${figures.uplinkBytes} bytes left the LAN` };
      const said = scenario.reach === undefined ? undefined : await doctorSays();
      if (said !== scenario.reach)
        return { ...figures, problem: `the doctor says "${said}", not "${scenario.reach}"` };
      return { ...figures, problem: '' };
    } catch (error) {
      return { ...figures, problem: error instanceof Error ? error.message : String(error) };
    } finally {
      tearDown(scenario);
      if (scenario.event === 'server-killed') await servers.startSite();
    }
  };
}

async function writeRelease(directory: string, version: string, sizeBytes: number): Promise<string> {
  const folder = join(directory, 'releases', version);
  await mkdir(folder, { recursive: true });
  const files = {
    'index.html': `<!doctype html><meta charset="utf-8"><title>Menu</title><h1>menu ${version}</h1><script src="app.js"></script>`,
    'app.js': 'fieldfare.healthy();',
    // Random, so that nothing of it is here already.
    'photo.bin': randomBytes(sizeBytes),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}
