import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserActor } from '../actors/browser-actor.ts';
import { type KioskActor, openKiosk } from '../actors/kiosk-actor.ts';
import { type OperatorActor, openOperator } from '../actors/operator-actor.ts';
import type { SiteServer } from '../cli/site-server.ts';
import { openDemoSite } from './demo-site.ts';

/** Servers, an operator's browser and kiosks, all in one temporary folder. */
export interface DemoFleet {
  /** Starts everything and admits every kiosk by the code on its screen. Call once. */
  open(): Promise<OpenFleet>;
  /** Ends all that `open` has started so far, also while it runs, and deletes the folder. Idempotent. */
  close(): Promise<void>;
}

export interface OpenFleet {
  readonly shellUrl: string;
  readonly operator: OperatorActor;
  /** By the name that the operator gave. */
  readonly kiosks: ReadonlyMap<string, KioskActor>;
}

const FLEET_NAME = 'Demo fleet';
const SITE_NAME = 'Demo hall';
/** A guess: this many browsers start at a time; more only slow each other down on two cores. */
const STARTS_AT_A_TIME = 2;
/** A guess: a page on a machine that starts twenty browsers. Shorter fails where patience would do. */
const PAGE_TIMEOUT_MS = 120_000;

export function createDemoFleet(deps: {
  readonly deviceCount: number;
  readonly note: (text: string) => void;
}): DemoFleet {
  const { deviceCount, note } = deps;
  const stop = new AbortController();
  /** Everything whose start has begun, for `close` to wait for. */
  const browsers: Promise<BrowserActor>[] = [];
  let opening: Promise<unknown> = Promise.resolve();
  let site: SiteServer | undefined;
  let folder: string | undefined;
  let closing: Promise<void> | undefined;

  // A second Ctrl-C ends the process at once, with nobody left to wait: then the browsers and the folder go here.
  const onExit = () => {
    stop.abort();
    if (folder !== undefined) rmSync(folder, REMOVE_BUSY);
  };
  process.once('exit', onExit);

  const start = <Actor extends BrowserActor>(browser: Promise<Actor>): Promise<Actor> => {
    browsers.push(browser);
    return browser.then((actor) => {
      actor.page.setDefaultTimeout(PAGE_TIMEOUT_MS);
      return actor;
    });
  };

  const openAll = async (): Promise<OpenFleet> => {
    folder = await mkdtemp(join(tmpdir(), 'fieldfare-demo-'));
    stop.signal.throwIfAborted();
    site = await openDemoSite();
    stop.signal.throwIfAborted();
    const shellUrl = `http://localhost:${site.port}`;
    const { signal } = stop;
    note(`Servers on ${shellUrl} and :${site.appOriginPort}. Starting ${deviceCount + 1} browsers.`);

    const names = deviceNames(deviceCount);
    const profile = (name: string) => join(folder!, name.toLowerCase().replace(' ', '-'));
    const waiting = names.values();
    const kiosks = new Map<string, KioskActor>();
    const startNext = async () => {
      for (const name of waiting) {
        signal.throwIfAborted();
        kiosks.set(name, await start(openKiosk({ profile: profile(name), shellUrl, signal })));
      }
    };
    const operatorAndKiosks = async () => {
      const operator = await start(openOperator({ profile: profile('Operator'), shellUrl, signal }));
      await operator.createFleet(FLEET_NAME, 'Demo operator');
      note(`Created "${FLEET_NAME}" in the dashboard.`);
      await startNext();
      return operator;
    };
    const others = Array.from({ length: STARTS_AT_A_TIME - 1 }, startNext);
    const [operator] = await Promise.all([operatorAndKiosks(), ...others]);

    for (const name of names) {
      const code = await kiosks.get(name)!.pairingCode();
      await operator.pairDevice({ code, name, site: SITE_NAME });
      note(`Admitted ${name} by its code ${code}.`);
    }
    return { shellUrl, operator, kiosks };
  };

  return {
    open: () => {
      const opened = openAll();
      opening = opened;
      return opened;
    },
    close: () => {
      closing ??= (async () => {
        stop.abort();
        // The opening fails of what is taken from under it; it may begin nothing more after this.
        await Promise.allSettled([opening]);
        for (const browser of await Promise.allSettled(browsers))
          if (browser.status === 'fulfilled') await browser.value.kill();
        await site?.close();
        if (folder !== undefined) await rm(folder, REMOVE_BUSY);
        process.off('exit', onExit);
      })();
      return closing;
    },
  };
}

/** A browser's helpers may write for a moment after it has ended. */
const REMOVE_BUSY = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 } as const;

/** Numbers of one width, so that the dashboard's order is theirs. */
function deviceNames(count: number): readonly string[] {
  const width = String(count).length;
  return Array.from({ length: count }, (_, index) => `Kiosk ${String(index + 1).padStart(width, '0')}`);
}
