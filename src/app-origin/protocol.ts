/**
 * Messages between the four programs that run a release. The shell is one origin; bridge, worker, client and release
 * share another, so the shell treats all of these three as if the release itself had written their messages.
 *
 *   shell  --(iframe)-->  bridge  --(postMessage)-->  worker     hands over a MessagePort, and again when it is lost
 *   worker <==========  MessagePort  ==========>      shell      files of the release, asked for one by one
 *   client <--(postMessage)-->  shell                            context in; starts, load, paint, health, beats, errors out
 */
import type { ReleaseContext } from '../ports/release-frame.ts';

/** What is below this path on the app origin is ours; a release cannot ship it. */
export const RESERVED_PATH = '/.fieldfare/';
export const BRIDGE_PAGE_PATH = `${RESERVED_PATH}bridge.html`;
export const BRIDGE_SCRIPT_PATH = `${RESERVED_PATH}bridge.js`;
export const CLIENT_SCRIPT_PATH = `${RESERVED_PATH}client.js`;
export const WORKER_SCRIPT_PATH = `${RESERVED_PATH}service-worker.js`;
/** Names the shell's origin to the bridge and the worker, in the query of their addresses. */
export const SHELL_PARAMETER = 'shell';

/** A guess: ordinary builds stay below 200, and a request must stay small. */
const MAX_PATH_CHARACTERS = 1024;
/** Enough to find the line; more would only fill receipts. */
export const MAX_ERROR_MESSAGE_CHARACTERS = 500;
export const MAX_ERROR_SOURCE_CHARACTERS = 200;
const MAX_REASON_CHARACTERS = 300;
/** The longest registered media types with their parameters stay below this. */
const MAX_MEDIA_TYPE_CHARACTERS = 128;

/** bridge -> shell (window.postMessage). */
export type BridgeMessage =
  /** The worker is active, or has lost its port: send one. */
  { readonly type: 'port-wanted' } | { readonly type: 'bridge-failed'; readonly reason: string };

/** shell -> bridge (window.postMessage) and bridge -> worker (ServiceWorker.postMessage); carries one port. */
export interface PortOffer {
  readonly type: 'port-offer';
}

/** worker -> bridge (Client.postMessage): the worker was stopped and forgot its port. */
export interface PortRequest {
  readonly type: 'port-request';
}

/** worker -> shell, over the port. */
export type WorkerMessage =
  /** The port has arrived; the first page may be opened. */
  | { readonly type: 'port-taken' }
  /** `id` names the answer; `path` is a file of the release, "index.html" for the root. */
  | { readonly type: 'file-wanted'; readonly id: number; readonly path: string };

/** shell -> worker, over the port. */
export type FileAnswer =
  /** An empty media type leaves the choice to the file's extension. */
  | {
      readonly type: 'file-found';
      readonly id: number;
      readonly bytes: Uint8Array;
      readonly mediaType: string;
    }
  | { readonly type: 'file-missing'; readonly id: number }
  | { readonly type: 'file-failed'; readonly id: number; readonly reason: string };

/** client -> shell (window.postMessage). */
export type ClientMessage =
  /** A page of the release began; it waits for its context. `page` is its path. */
  | { readonly type: 'page-started'; readonly page: string }
  | { readonly type: 'release-loaded' }
  | { readonly type: 'release-painted' }
  | { readonly type: 'release-healthy' }
  /** Once a second, and each time with all that the page has shown so far: a message before may have been lost in others. */
  | { readonly type: 'release-beat'; readonly shown: PageSigns }
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
  return isRecord(data) && data.type === 'port-offer';
}

export function isPortRequest(data: unknown): data is PortRequest {
  return isRecord(data) && data.type === 'port-request';
}

export function parseWorkerMessage(data: unknown): WorkerMessage | undefined {
  if (!isRecord(data)) return undefined;
  if (data.type === 'port-taken') return { type: 'port-taken' };
  if (data.type !== 'file-wanted' || !isRequestId(data.id) || !isReleasePath(data.path)) return undefined;
  return { type: 'file-wanted', id: data.id, path: data.path };
}

export function parseFileAnswer(data: unknown): FileAnswer | undefined {
  if (!isRecord(data) || !isRequestId(data.id)) return undefined;
  const { id } = data;
  if (data.type === 'file-missing') return { type: 'file-missing', id };
  if (data.type === 'file-failed' && typeof data.reason === 'string')
    return { type: 'file-failed', id, reason: data.reason.slice(0, MAX_REASON_CHARACTERS) };
  if (data.type === 'file-found' && data.bytes instanceof Uint8Array && isMediaType(data.mediaType))
    return { type: 'file-found', id, bytes: data.bytes, mediaType: data.mediaType };
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
    case 'release-beat':
      return { type: 'release-beat', shown: pageSigns(data.shown) };
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

/** RFC 9110 section 8.3.1, or empty. Attack: a media type that ends the header and begins another. */
function isMediaType(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_MEDIA_TYPE_CHARACTERS) return false;
  return value === '' || /^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w-]+=("[\w .+-]*"|[\w.+-]+))*$/.test(value);
}

function isRequestId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
