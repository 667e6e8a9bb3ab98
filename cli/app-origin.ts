import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { mediaTypeOf } from '../src/app-origin/media-types.ts';
import {
  BRIDGE_PAGE_PATH,
  BRIDGE_SCRIPT_PATH,
  RESERVED_PATH,
  RESET_PATH,
  SHELL_ORIGIN,
  WORKER_SCRIPT_PATH,
} from '../src/app-origin/protocol.ts';
import { clearCookies, type OriginRequest, openRequest, refuse } from './origin-request.ts';

export interface AppOriginOptions {
  /** The built `.fieldfare` directory. */
  readonly directory: string;
  /** The origin of the kiosk page whose releases are asked for here. */
  readonly shellOriginOf: (asked: OriginRequest) => string;
}

const NOT_HERE =
  'Releases are not served from here; open the kiosk page. A page of a release that reads this asked past its files: ' +
  'a synchronous XMLHttpRequest does, fetch() does not.';
const ADDRESSES: readonly string[] = [BRIDGE_PAGE_PATH, BRIDGE_SCRIPT_PATH, WORKER_SCRIPT_PATH];

/**
 * Serves the bridge and its service worker and nothing else. Everything a release shows comes from that worker, out of
 * verified bytes: a server that also served files here could slip unsigned ones into a release.
 */
export function createAppOrigin(options: AppOriginOptions): RequestListener {
  return (request, response) => {
    const { url: address = '', method } = request;
    const asked = openRequest(
      request,
      response,
      method === 'POST' && address === RESET_PATH ? ['POST'] : undefined,
    );
    if (asked === undefined) return;
    clearCookies(request, response);
    const shell = options.shellOriginOf(asked);
    response.setHeader('Content-Security-Policy', `default-src 'none'; frame-ancestors ${shell}`);
    if (method === 'POST') reset(request, response, shell);
    else if (isAnswered(request, address)) void give(address, shell, asked, response);
    else refuse(response, 404, NOT_HERE);
  };

  async function give(
    address: string,
    shell: string,
    asked: OriginRequest,
    response: ServerResponse,
  ): Promise<void> {
    let text: string;
    try {
      text = await readFile(join(options.directory, address.slice(RESERVED_PATH.length)), 'utf8');
    } catch {
      refuse(response, 503, 'The app origin is not built: run `npm run build`.');
      return;
    }
    const policy = `script-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'`;
    response.setHeader('Content-Security-Policy', `default-src 'none'; ${policy}; frame-ancestors ${shell}`);
    response.setHeader('Content-Type', mediaTypeOf(address));
    if (address === WORKER_SCRIPT_PATH) response.setHeader('Service-Worker-Allowed', '/');
    response.end(asked.method === 'HEAD' ? undefined : text.replaceAll(SHELL_ORIGIN, shell));
  }
}

/**
 * The whole address counts as it was sent, query, encoding and all. Attack: a release registers our own worker under
 * another spelling of its address, and so in place of the one that the bridge registers; or another file of ours, for
 * the part of the origin that it lies in.
 */
function isAnswered(request: IncomingMessage, address: string): boolean {
  const asWorker = 'service-worker' in request.headers;
  return asWorker ? address === WORKER_SCRIPT_PATH : ADDRESSES.includes(address);
}

/**
 * The browser drops all that the origin keeps: worker, databases, caches, cookies. The shell asks from its own origin,
 * so that no worker of this one stands in between, whatever was registered here. Attack: another page has a device's
 * apps lose what they keep; browsers name the asking page's origin, and only the shell's is heard.
 */
function reset(request: IncomingMessage, response: ServerResponse, shell: string): void {
  if (request.headers.origin !== shell) {
    refuse(response, 403, 'Only the kiosk page may ask for this.');
    return;
  }
  response.setHeader('Access-Control-Allow-Origin', shell);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Clear-Site-Data', '"storage", "cookies", "cache"');
  response.statusCode = 204;
  response.end();
}
