/**
 * What the worker uses of ServiceWorkerGlobalScope (W3C Service Workers). Written out, because TypeScript's WebWorker
 * library cannot stand beside DOM in one program and these files are checked with the pages that share their types.
 */
export interface WorkerScope {
  readonly location: Location;
  readonly registration: { readonly scope: string };
  readonly clients: {
    claim(): Promise<void>;
    get(id: string): Promise<WorkerClient | undefined>;
    matchAll(options: {
      includeUncontrolled: boolean;
      type: 'window' | 'all';
    }): Promise<readonly WorkerClient[]>;
  };
  skipWaiting(): Promise<void>;
  /** Throws in a module worker. */
  importScripts(...scripts: readonly string[]): void;
  addEventListener(type: 'install', listener: (event: InstallEvent) => void): void;
  addEventListener(type: 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: WorkerMessageEvent) => void): void;
}

export interface WorkerClient {
  readonly id: string;
  /** As it was loaded; `history` does not change it. */
  readonly url: string;
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
}

/** ServiceWorker static routing API; Chromium alone has it. */
interface InstallEvent extends ExtendableEvent {
  addRoutes?(routes: readonly StaticRoute[]): Promise<void>;
}

export interface StaticRoute {
  readonly condition: { readonly urlPattern: string };
  readonly source: 'race-network-and-fetch-handler';
}

interface ExtendableEvent {
  waitUntil(work: Promise<unknown>): void;
}

/** ExtendableMessageEvent; no worker writes to this one. */
export interface WorkerMessageEvent {
  readonly data: unknown;
  readonly ports: readonly MessagePort[];
  readonly source: WorkerClient | null;
}

export interface FetchEvent {
  readonly request: Request;
  /** Of the page or worker that asks. */
  readonly clientId: string;
  respondWith(response: Promise<Response>): void;
}
