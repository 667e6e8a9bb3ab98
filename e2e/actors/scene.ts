import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KioskActor, openKiosk } from '../../actors/kiosk-actor.ts';
import { type OperatorActor, openOperator } from '../../actors/operator-actor.ts';
import { openSignaling, openSite, type SignalingActor, type SiteActor } from './server-actor.ts';

/** Where one test takes place: pages, signaling in a process of its own, and browsers that come and go. */
export interface Scene {
  readonly site: SiteActor;
  readonly signaling: SignalingActor;
  /** A dashboard in the browser profile of that name, which outlives the browser. */
  operator(profile: string, path?: string): Promise<OperatorActor>;
  /** A kiosk page in the browser profile of that name; `address` follows /kiosk.html. */
  kiosk(profile: string, address?: string): Promise<KioskActor>;
  /** A kiosk that an operator has admitted under the name of its profile. */
  pairedKiosk(operator: OperatorActor, profile: string): Promise<KioskActor>;
  /** An empty folder that goes with the scene. */
  folder(name: string): Promise<string>;
  /** Ends all browsers and servers and deletes what they kept. Idempotent. */
  close(): Promise<void>;
}

export const SITE = 'Harbour';

export async function openScene(options: { readonly pagesDirectory?: string } = {}): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), 'fieldfare-scene-'));
  const ends: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;

  const close = () => {
    closing ??= (async () => {
      // Browsers before the servers that they would go on looking for.
      for (const end of ends.reverse()) await end();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    })();
    return closing;
  };

  const enter = async <Actor extends { kill(): Promise<void> }>(opening: Promise<Actor>): Promise<Actor> => {
    const actor = await opening;
    ends.push(() => actor.kill());
    return actor;
  };

  try {
    const signaling = await enter(openSignaling());
    const site = await enter(openSite({ ...options, signaling: [signaling.url] }));
    const profile = (name: string) => join(root, 'profiles', name);
    const { shellUrl } = site;
    const kiosk: Scene['kiosk'] = (name, address) =>
      enter(openKiosk({ profile: profile(name), shellUrl, ...(address !== undefined && { address }) }));
    return {
      site,
      signaling,
      operator: (name, path) =>
        enter(openOperator({ profile: profile(name), shellUrl, ...(path !== undefined && { path }) })),
      kiosk,
      pairedKiosk: async (operator, name) => {
        const opened = await kiosk(name);
        await operator.pairDevice({ code: await opened.pairingCode(), name, site: SITE });
        await opened.page.locator('[data-admitted=true]').waitFor({ state: 'attached', timeout: 30_000 });
        return opened;
      },
      folder: (name) => mkdtemp(join(root, `${name}-`)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
