import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserActor } from '../../actors/browser-actor.ts';
import { openKiosk } from '../../actors/kiosk-actor.ts';
import { openOperator } from '../../actors/operator-actor.ts';
import { openDemoSite } from '../../demo/demo-site.ts';
import { writeRandomRelease } from './random-release.ts';

/** A dashboard and admitted kiosks, all pages of one Chromium, and the servers that they came from. */
export interface KioskFleet {
  rollOut(release: ReleaseToRollOut): Promise<RolloutFigures>;
  close(): Promise<void>;
}

export interface ReleaseToRollOut {
  readonly version: string;
  readonly mebibytes: number;
  readonly seed: number;
  /** After it the rollout is left where it is. */
  readonly limitMs: number;
}

export interface RolloutFigures {
  /** From the start of the rollout until the last kiosk has checked all its bytes; undefined when one has not within the limit. */
  readonly secondsToAll: number | undefined;
  readonly kiosksDone: number;
  /** What kiosks took from the publisher, in sizes of the release; more than was needed where a block came twice. */
  readonly copiesFromPublisher: number;
  /** Of all processes of the browser, dashboard included, for each MiB that all kiosks needed. */
  readonly cpuMsPerMebibyte: number;
}

const SITE = 'Bench hall';
const OPENED_WITHIN_MS = 60_000;
/** The dashboard shows changes at most four times a second. */
const LOOK_EVERY_MS = 250;
/** All bytes are here and were checked by their hashes. */
const STAGES_WITH_ALL: ReadonlySet<string> = new Set([
  'verified',
  'armed',
  'switching',
  'probation',
  'committed',
]);

export async function openKioskFleet(kioskCount: number): Promise<KioskFleet> {
  const root = await mkdtemp(join(tmpdir(), 'fieldfare-swarm-'));
  const site = await openDemoSite();
  const shellUrl = `http://localhost:${site.port}`;
  const operator = await openOperator({ profile: join(root, 'profile'), shellUrl });
  const close = async () => {
    await operator.kill();
    await site.close();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    operator.page.setDefaultTimeout(OPENED_WITHIN_MS);
    await operator.createFleet('Bench fleet', 'Bench operator');
    const link = new URL(await operator.inviteDevices(SITE));
    for (let index = 0; index < kioskCount; index++) {
      const kiosk = await openKiosk({ beside: operator, shellUrl, address: link.hash });
      await kiosk.page.locator('[data-kiosk=joined][data-admitted=true]').waitFor({ state: 'attached' });
    }
  } catch (error) {
    await close();
    throw error;
  }

  return {
    async rollOut({ version, mebibytes, seed, limitMs }) {
      const folder = join(root, version);
      await writeRandomRelease(folder, { version, mebibytes, seed });
      await operator.rollOutFolder({ folder, quietForSeconds: 1 });
      const beganMs = performance.now();
      const cpuBeforeMs = await browserCpuMs(operator);
      for (;;) {
        const devices = await operator.rolloutDevices();
        const passedMs = performance.now() - beganMs;
        const kiosksDone = devices.filter(({ stage }) => STAGES_WITH_ALL.has(stage)).length;
        if (kiosksDone < kioskCount && passedMs < limitMs) {
          await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
          continue;
        }
        const cpuMs = (await browserCpuMs(operator)) - cpuBeforeMs;
        const bytesFromPublisher = devices.reduce((sum, device) => sum + (device.bytesFromPublisher ?? 0), 0);
        await rm(folder, { recursive: true, force: true });
        return {
          secondsToAll: kiosksDone < kioskCount ? undefined : passedMs / 1000,
          kiosksDone,
          copiesFromPublisher: bytesFromPublisher / (mebibytes * 1024 * 1024),
          cpuMsPerMebibyte: cpuMs / (mebibytes * kioskCount),
        };
      }
    },
    close,
  };
}

async function browserCpuMs({ context }: BrowserActor): Promise<number> {
  const session = await context.browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0) * 1000;
}
