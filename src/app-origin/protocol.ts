/**
 * Messages between the four programs that run a release. The shell is one origin; bridge, worker, client and release
 * share another, so the shell treats all of these three as if the release itself had written their messages.
 *
 *   shell  --(iframe)-->  bridge  --(postMessage)-->  worker     hands over a MessagePort, and again when it is lost
 *   worker <==========  MessagePort  ==========>      shell      files of the release, asked for part by part
 *   bridge <==========  MessagePort  ==========>      shell      what releases keep on the app origin, piece by piece
 *   client <--(postMessage)-->  shell                            context in; starts, load, paint, health, beats, errors out
 *   worker --(postMessage)-->  client                            the script of a worker that starts from a blob
 */
import type { CborValue } from '../core/wire/encoding/cbor.ts';
import type { ReleaseContext } from '../ports/release-frame.ts';

/** What is below this path on the app origin is ours; a release cannot ship it. */
export const RESERVED_PATH = '/.fieldfare/';
export const BRIDGE_PAGE_PATH = `${RESERVED_PATH}bridge.html`;
export const BRIDGE_SCRIPT_PATH = `${RESERVED_PATH}bridge.js`;
export const CLIENT_SCRIPT_PATH = `${RESERVED_PATH}client.js`;
/** Followed by the path of a file of the release: its bytes, also where a navigation of its own address shows a page around it. */
export const BARE_FILE_PATH = `${RESERVED_PATH}file/`;
export const WORKER_SCRIPT_PATH = `${RESERVED_PATH}service-worker.js`;
/** What the shell asks the app origin's server to clear that origin by. */
export const RESET_PATH = `${RESERVED_PATH}reset`;
/** Below it the worker serves the script of a blob from which a page starts a worker. */
export const BLOB_WORKER_PATH = `${RESERVED_PATH}blob-worker/`;
/** Stands in the built bridge and worker for the shell's origin, which the server writes over it. */
export const SHELL_ORIGIN = 'https://shell-origin.invalid';

/** A guess: ordinary builds stay below 200, and a request must stay small. */
const MAX_PATH_CHARACTERS = 1024;
/** Enough to find the line; more would only fill receipts. */
export const MAX_ERROR_MESSAGE_CHARACTERS = 500;
export const MAX_ERROR_SOURCE_CHARACTERS = 200;
export const MAX_REASON_CHARACTERS = 300;
/** What servers commonly take (RFC 9110, section 4.1: at least 8,000). */
const MAX_POPUP_ADDRESS_CHARACTERS = 8_000;
/** The most that an operator can let a release ask for (C6). */
const MAX_BUSY_MS = 86_400_000;
/** The most of a file that crosses the port at once: what an open answer holds on either side is a few of these. */
export const MAX_PART_BYTES = 1024 * 1024;
/** Parts that are read or on their way at a time: enough to keep storage busy, and what a release can make the shell hold. */
export const MAX_PARTS = 8;

/** bridge -> shell (window.postMessage). */
export type BridgeMessage =
  /** The worker is active, or has lost its port: send one. */
  { readonly type: 'port-wanted' } | { readonly type: 'bridge-failed'; readonly reason: string };

/** shell -> bridge (window.postMessage) and bridge -> worker (ServiceWorker.postMessage); carries one port. */
export interface PortOffer {
  readonly type: 'port-offer';
  /** No page of this run was opened yet: whoever is there was left behind by an earlier one. */
  readonly begins: boolean;
}

/** shell -> bridge (window.postMessage); carries one port, which is of this task alone. No page of a release is open. */
export interface DataTask {
  readonly type: 'data-task';
  /** `copy` reads what the origin keeps, `restore` makes it what was copied and nothing else, `clear` leaves nothing. */
  readonly task: 'copy' | 'restore' | 'clear';
  /** A copy is refused when the browser says that more is kept. */
  readonly maxBytes: number;
}

/** bridge <-> shell, over the port of a DataTask. What `item` is only the bridge knows. */
export type DataMessage =
  /** Said at once: who works on it is there. */
  | { readonly type: 'data-begun' }
  | { readonly type: 'data-item'; readonly item: unknown }
  /** One item more is stored: another may be sent in its place. */
  | { readonly type: 'data-taken' }
  /** All items were sent, or all that was asked is done. */
  | { readonly type: 'data-end' }
  | { readonly type: 'data-failed'; readonly reason: string };

/** Items that are on their way at a time: enough to keep both ends busy; a few megabytes each. */
export const MAX_DATA_ITEMS_UNDERWAY = 4;

/** bridge -> worker: somebody unregistered it, or registered another beside it; it is being mended. */
export interface TakingNotice {
  readonly type: 'registration-taken';
}

/** worker -> bridge (Client.postMessage): the worker was stopped and forgot its port. */
export interface PortRequest {
  readonly type: 'port-request';
}

/** worker -> client (Client.postMessage), with a port for the answer: the script of a worker that its page starts. */
export interface BlobRequest {
  readonly type: 'blob-wanted';
  readonly address: string;
}

/** client -> worker, over that port; undefined when the page has no such blob. */
export interface BlobAnswer {
  readonly type: 'blob';
  readonly blob: Blob | undefined;
}

/** worker -> shell, over the port. */
export type WorkerMessage =
  /** The port has arrived; the first page may be opened. */
  | { readonly type: 'port-taken' }
  /** A page of this run wrote to the worker, which no page of ours but the bridge does, or took its registration. */
  | { readonly type: 'worker-disturbed' }
  /** Bytes [start, end) of a file of the release, at most MAX_PART_BYTES and at least one; `id` names the answer. */
  | {
      readonly type: 'part-wanted';
      readonly id: number;
      readonly path: string;
      readonly start: number;
      readonly end: number;
    }
  /** A part has arrived, and another may be read in its place. Only who has read the part knows its ticket. */
  | { readonly type: 'part-taken'; readonly ticket: string };

/** shell -> worker, over the port. */
export type ShellMessage =
  /** First on each port, which is of one run of a release: the size of each file in bytes, by path. */
  | {
      readonly type: 'release-files';
      readonly run: string;
      /** Its cookies are kept under this name. */
      readonly product: string;
      /** Empty from a shell of an earlier version: a kiosk starts that from its own storage beside a newer worker. */
      readonly version: string;
      readonly sizes: ReadonlyMap<string, number>;
      /**
       * What it is granted, as a release declares it (E1). A page of the shell that is older than the worker says nothing, and its
       * releases are those that declare nothing.
       */
      readonly permissions: CborValue | undefined;
    }
  | { readonly type: 'part'; readonly id: number; readonly ticket: string; readonly bytes: Uint8Array }
  | { readonly type: 'part-failed'; readonly id: number; readonly reason: string };

/** client -> shell (window.postMessage). */
export type ClientMessage =
  /** A page of the release began; it waits for its context. `page` is its path. */
  | { readonly type: 'page-started'; readonly page: string }
  | { readonly type: 'release-loaded' }
  | { readonly type: 'release-painted' }
  | { readonly type: 'release-healthy' }
  /** In the release's own words. */
  | { readonly type: 'release-unhealthy'; readonly reason: string }
  /** It asks not to be interrupted for so long from now on. */
  | { readonly type: 'release-busy'; readonly forMs: number }
  /** Once a second, and each time with all that the page has shown so far: a message before may have been lost in others. */
  | { readonly type: 'release-beat'; readonly shown: PageSigns; readonly busyForMs: number }
  /** Another's page is to be opened in a window; the release gets no hold of it. */
  | { readonly type: 'popup-wanted'; readonly address: string }
  | {
      readonly type: 'release-error' | 'release-warning';
      readonly message: string;
      readonly source: string;
    };

/** What a page of a release has shown of itself. */
export interface PageSigns {
  readonly loaded: boolean;
  readonly painted: boolean;
  /** It called `fieldfare.healthy()`. */
  readonly healthy: boolean;
}

/** shell -> client (window.postMessage). */
export interface ContextMessage {
  readonly type: 'release-context';
  readonly context: ReleaseContext;
}

export function parseBridgeMessage(data: unknown): BridgeMessage | undefined {
  if (!isRecord(data)) return undefined;
  if (data.type === 'port-wanted') return { type: 'port-wanted' };
  if (data.type === 'bridge-failed' && typeof data.reason === 'string')
    return { type: 'bridge-failed', reason: data.reason.slice(0, MAX_REASON_CHARACTERS) };
  return undefined;
}

export function isPortOffer(data: unknown): data is PortOffer {
  return isRecord(data) && data.type === 'port-offer' && typeof data.begins === 'boolean';
}

export function isDataTask(data: unknown): data is DataTask {
  return (
    isRecord(data) &&
    data.type === 'data-task' &&
    (data.task === 'copy' || data.task === 'restore' || data.task === 'clear') &&
    isCount(data.maxBytes)
  );
}

export function parseDataMessage(data: unknown): DataMessage | undefined {
  if (!isRecord(data)) return undefined;
  switch (data.type) {
    case 'data-item':
      return { type: 'data-item', item: data.item };
    case 'data-begun':
    case 'data-taken':
    case 'data-end':
      return { type: data.type };
    case 'data-failed':
      if (typeof data.reason !== 'string') return undefined;
      return { type: 'data-failed', reason: data.reason.slice(0, MAX_REASON_CHARACTERS) };
    default:
      return undefined;
  }
}

export function isTakingNotice(data: unknown): data is TakingNotice {
  return isRecord(data) && data.type === 'registration-taken';
}

export function isPortRequest(data: unknown): data is PortRequest {
  return isRecord(data) && data.type === 'port-request';
}

export function isBlobRequest(data: unknown): data is BlobRequest {
  return isRecord(data) && data.type === 'blob-wanted' && typeof data.address === 'string';
}

export function parseBlobAnswer(data: unknown): BlobAnswer | undefined {
  if (!isRecord(data) || data.type !== 'blob') return undefined;
  return { type: 'blob', blob: data.blob instanceof Blob ? data.blob : undefined };
}

export function parseWorkerMessage(data: unknown): WorkerMessage | undefined {
  if (!isRecord(data)) return undefined;
  if (data.type === 'port-taken' || data.type === 'worker-disturbed') return { type: data.type };
  if (data.type === 'part-taken' && typeof data.ticket === 'string')
    return { type: 'part-taken', ticket: data.ticket };
  const { id, path, start, end } = data;
  if (data.type !== 'part-wanted' || !isCount(id) || !isReleasePath(path) || !isCount(start) || !isCount(end))
    return undefined;
  // Attack: a part that is a whole file, or none of one, read again and again.
  if (start >= end || end - start > MAX_PART_BYTES) return undefined;
  return { type: 'part-wanted', id, path, start, end };
}

export function parseShellMessage(data: unknown): ShellMessage | undefined {
  if (!isRecord(data)) return undefined;
  if (data.type === 'release-files')
    return typeof data.run === 'string' && typeof data.product === 'string' && data.sizes instanceof Map
      ? {
          type: 'release-files',
          run: data.run,
          product: data.product,
          version: typeof data.version === 'string' ? data.version : '',
          sizes: new Map([...data.sizes].filter(isFileSize)),
          permissions: data.permissions as CborValue | undefined,
        }
      : undefined;
  const { id } = data;
  if (!isCount(id)) return undefined;
  if (data.type === 'part-failed' && typeof data.reason === 'string')
    return { type: 'part-failed', id, reason: data.reason.slice(0, MAX_REASON_CHARACTERS) };
  if (data.type === 'part' && typeof data.ticket === 'string' && data.bytes instanceof Uint8Array)
    return { type: 'part', id, ticket: data.ticket, bytes: data.bytes };
  return undefined;
}

export function parseClientMessage(data: unknown): ClientMessage | undefined {
  if (!isRecord(data)) return undefined;
  switch (data.type) {
    case 'page-started':
      if (typeof data.page !== 'string') return undefined;
      return { type: 'page-started', page: data.page.slice(0, MAX_PATH_CHARACTERS) };
    case 'release-loaded':
    case 'release-painted':
    case 'release-healthy':
      return { type: data.type };
    case 'release-unhealthy':
      if (typeof data.reason !== 'string') return undefined;
      return { type: 'release-unhealthy', reason: data.reason.slice(0, MAX_REASON_CHARACTERS) };
    case 'release-busy':
      return { type: 'release-busy', forMs: busyTime(data.forMs) };
    case 'popup-wanted':
      if (typeof data.address !== 'string' || data.address.length > MAX_POPUP_ADDRESS_CHARACTERS)
        return undefined;
      return { type: 'popup-wanted', address: data.address };
    case 'release-beat':
      return { type: 'release-beat', shown: pageSigns(data.shown), busyForMs: busyTime(data.busyForMs) };
    case 'release-error':
    case 'release-warning':
      if (typeof data.message !== 'string' || typeof data.source !== 'string') return undefined;
      return {
        type: data.type,
        message: data.message.slice(0, MAX_ERROR_MESSAGE_CHARACTERS),
        source: data.source.slice(0, MAX_ERROR_SOURCE_CHARACTERS),
      };
    default:
      return undefined;
  }
}

/** Attack: a number that is none, or has no end, in what timers are set by. */
function busyTime(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(value, MAX_BUSY_MS) : 0;
}

function pageSigns(value: unknown): PageSigns {
  const signs = isRecord(value) ? value : {};
  return { loaded: signs.loaded === true, painted: signs.painted === true, healthy: signs.healthy === true };
}

export function parseContextMessage(data: unknown): ContextMessage | undefined {
  if (!isRecord(data) || data.type !== 'release-context' || !isRecord(data.context)) return undefined;
  const { release, device, config, services } = data.context;
  if (!isRecord(release) || !isRecord(device) || !isRecord(config) || !isRecord(services)) return undefined;
  return data as unknown as ContextMessage;
}

/**
 * A relative path that names one file and cannot climb: no empty, "." or ".." segments, no backslash, no control
 * character. Attack: a release asks, through the worker, for a file that is not its own.
 */
export function isReleasePath(path: unknown): path is string {
  if (typeof path !== 'string' || path.length === 0 || path.length > MAX_PATH_CHARACTERS) return false;
  for (const character of path)
    if (character < ' ' || character === '\\' || character === '\x7f') return false;
  return path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

function isFileSize([path, sizeBytes]: readonly [unknown, unknown]): boolean {
  return isReleasePath(path) && isCount(sizeBytes);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
