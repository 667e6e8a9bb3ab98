import type { RequestListener } from 'node:http';
import sirv from 'sirv';
import type { Preset } from '../src/core/node/node-config.ts';
import { NEARBY_PATH, type NearbyServersEndpoint } from './nearby-servers.ts';
import { clearCookies, openRequest, refuse } from './origin-request.ts';

const SITE_PATH = '/fieldfare.json';
const KIOSK_PATH = '/kiosk.html';
export const SIGNALING_PATH = '/signaling';

/** What the pages learn about where they came from. */
export interface SiteDescription {
  readonly appOriginPort: number;
  /** WebSocket URLs, this site's own first. */
  readonly signaling: readonly string[];
  /** What nodes are set to. */
  readonly preset: Preset;
}

export interface ShellOriginOptions {
  /** The built shell. */
  readonly directory: string;
  readonly appOriginPort: number;
  /** True when this server answers WebSockets at SIGNALING_PATH. */
  readonly ownSignaling: boolean;
  readonly signaling: readonly string[];
  readonly preset: Preset;
  /** Undefined where this server does not listen for others. */
  readonly nearby: NearbyServersEndpoint | undefined;
}

/** Serves the dashboard, the kiosk page and their service worker. */
export function createShellOrigin(options: ShellOriginOptions): RequestListener {
  const files = sirv(options.directory, {
    // Looked up at each request: a build beside a running server replaces every hashed file.
    dev: true,
    etag: true,
    setHeaders(response, pathname) {
      const hashed = pathname.startsWith('/assets/');
      response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });

  return (request, response) => {
    const asked = openRequest(request, response);
    if (asked === undefined) return;
    response.setHeader(
      'Content-Security-Policy',
      shellPolicy(`${asked.scheme}://${asked.hostname}:${options.appOriginPort}`),
    );
    response.setHeader('Permissions-Policy', PERMISSIONS);
    if (asked.pathname === KIOSK_PATH) clearCookies(request, response);

    if (asked.pathname === SITE_PATH) {
      const webSocket = asked.scheme === 'https' ? 'wss' : 'ws';
      const own = options.ownSignaling ? [`${webSocket}://${asked.authority}${SIGNALING_PATH}`] : [];
      const site: SiteDescription = {
        appOriginPort: options.appOriginPort,
        signaling: [...own, ...options.signaling],
        preset: options.preset,
      };
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(site));
      return;
    }

    if (asked.pathname === NEARBY_PATH && options.nearby !== undefined)
      return options.nearby.answer(asked, request, response);

    files(request, response, () => {
      // The dashboard's own paths (/devices/...) are one page; a missing file is missing.
      const isPage =
        request.headers.accept?.includes('text/html') && !/^\/assets\/|\.[a-z]+$/.test(asked.pathname);
      if (!isPage) return refuse(response, 404, 'There is nothing at this address.');
      request.url = '/index.html';
      files(request, response, () => refuse(response, 503, 'The shell is not built: run `npm run build`.'));
    });
  };
}

/** Level 3 of Content Security Policy. The kiosk frames the app origin and nothing else; nobody frames the shell. */
function shellPolicy(appOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    // Signaling may be any server that the operator names. The app origin is asked to clear itself.
    `connect-src 'self' ws: wss: ${appOrigin}`,
    "worker-src 'self' blob:",
    `frame-src ${appOrigin}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The camera reads pairing codes; the other powers are refused to the shell and, with it, to the releases it frames. */
const PERMISSIONS =
  'camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), bluetooth=(), midi=()';
