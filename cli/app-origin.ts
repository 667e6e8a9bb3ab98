import type { RequestListener } from 'node:http';
import sirv from 'sirv';
import { openRequest, refuse } from './origin-request.ts';

const APP_ORIGIN_PREFIX = '/.fieldfare';

export interface AppOriginOptions {
  /** The built `.fieldfare` directory. */
  readonly directory: string;
  readonly shellPort: number;
}

/**
 * Serves the bridge and its service worker and nothing else. Everything a release shows comes from that worker, out of
 * verified bytes: a server that also served files here could slip unsigned ones into a release.
 */
export function createAppOrigin(options: AppOriginOptions): RequestListener {
  const files = sirv(options.directory, { dev: true, etag: true, extensions: [] });

  return (request, response) => {
    const asked = openRequest(request, response);
    if (asked === undefined) return;
    const ancestors = `frame-ancestors ${asked.scheme}://${asked.hostname}:${options.shellPort}`;
    const notHere = () => {
      response.setHeader('Content-Security-Policy', `default-src 'none'; ${ancestors}`);
      refuse(
        response,
        404,
        'Releases are not served from here; open the kiosk page. A page of a release that reads this asked past its files: ' +
          'a synchronous XMLHttpRequest does, fetch() does not.',
      );
    };
    if (!asked.pathname.startsWith(`${APP_ORIGIN_PREFIX}/`)) return notHere();

    response.setHeader(
      'Content-Security-Policy',
      `default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; ${ancestors}`,
    );
    if (asked.pathname === `${APP_ORIGIN_PREFIX}/service-worker.js`) {
      response.setHeader('Service-Worker-Allowed', '/');
    }
    request.url = asked.pathname.slice(APP_ORIGIN_PREFIX.length);
    files(request, response, () => {
      response.removeHeader('Service-Worker-Allowed');
      notHere();
    });
  };
}
