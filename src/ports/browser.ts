import type { Preset } from '../core/node/node-config.ts';
import type { NearbyAnswer } from '../core/wire/contact/nearby-server.ts';

/** What a page asks of the browser around it. */
export interface PageLock {
  /**
   * Waits until no other page of this origin holds `name`, then holds it until the page goes or `release` is called.
   * `onTaken` is called once if it must wait.
   */
  hold(name: string, onTaken: () => void): Promise<{ release(): void }>;
}

/** What the server that serves the page says of itself. Kept, so that it is known offline too. */
export interface SiteFacts {
  /** Where releases run; never the page's own origin. */
  readonly appOrigin: string;
  readonly signaling: readonly string[];
  /** What nodes of these pages are set to. */
  readonly preset: Preset;
}

/** Servers on the network of the server that this page came from (S17). Never rejects. */
export type NearbyServers = () => Promise<NearbyAnswer>;
