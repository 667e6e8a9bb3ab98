import type { Permissions } from '../core/wire/entry/permissions.ts';
import type { ReleaseData } from './release-data.ts';

/** Runs one release at a time in a frame of the app origin, from bytes that the caller has verified. */
export interface ReleaseFrame {
  /** Replaces whatever runs. Events of an earlier run are never delivered after this returns. */
  run(release: RunnableRelease, onEvent: (event: FrameEvent) => void): void;
  /** Tells the running release its new context (config changed). */
  update(context: ReleaseContext): void;
  stop(): void;
  /** What releases keep there. */
  readonly data: ReleaseData;
  /** Idempotent. */
  close(): void;
}

export interface RunnableRelease {
  readonly context: ReleaseContext;
  readonly files: ReleaseFiles;
  /** What this device grants it (E3). */
  readonly permissions: Permissions;
}

/** The files that a release shipped, by their paths in it. */
export interface ReleaseFiles {
  /** Of each file, in bytes. */
  readonly sizes: ReadonlyMap<string, number>;
  /**
   * Bytes [start, end) of a file, in a buffer of the caller's own, which may be given away. Rejects, in words for an operator,
   * when they cannot be read.
   */
  read(path: string, start: number, end: number): Promise<Uint8Array>;
}

/** What the client script shows to the release. */
export interface ReleaseContext {
  readonly release: { readonly product: string; readonly version: string };
  readonly device: {
    readonly name: string;
    readonly site: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly config: Readonly<Record<string, unknown>>;
  /** What the fleet says of its services, by name. */
  readonly services: Readonly<Record<string, unknown>>;
}

export type FrameEvent =
  /** A page of the release began, or began again; `page` is its path. */
  | { readonly type: 'page-started'; readonly page: string }
  /** The load event of the page that began last fired. */
  | { readonly type: 'release-loaded' }
  /** That page shows something. */
  | { readonly type: 'release-painted' }
  | { readonly type: 'release-healthy' }
  /** In the release's own words: bounded, untrusted, and empty where it gave none. */
  | { readonly type: 'release-unhealthy'; readonly reason: string }
  /** It asks not to be interrupted for so long from now on; 0 takes that back. A page that begins has not asked. */
  | { readonly type: 'release-busy'; readonly forMs: number }
  /** The release's main thread still runs; about once a second. */
  | { readonly type: 'release-beat' }
  /**
   * `release-error`: thrown and not caught, with an error object; or a script or stylesheet of the release that its page names is
   * missing. `release-warning`: anything else that went wrong. Text is bounded and untrusted.
   */
  | {
      readonly type: 'release-error' | 'release-warning';
      readonly message: string;
      /** Where, as an address; empty where that is not known. */
      readonly source: string;
    }
  /** The frame could not be started at all. */
  | { readonly type: 'frame-failed'; readonly reason: string }
  /** The frame could not be started, and no other release's could: the app origin has no worker that serves. */
  | { readonly type: 'app-origin-failed'; readonly reason: string }
  /** The frame could not be started; the page is loaded again in a moment to try once more. Nothing follows. */
  | { readonly type: 'frame-reloads' };
