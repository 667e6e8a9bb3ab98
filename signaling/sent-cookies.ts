import type { IncomingMessage } from 'node:http';

/**
 * For `createServer` of every server of ours. Cookies know no ports: what a release sets on the app origin comes here
 * with each request. Chromium 156 sends up to 180 cookies of 4 KiB a site, 730 kB, where Node answers 431 above 16 KiB.
 */
export const BEARS_COOKIES = {
  maxHeaderSize: 1024 * 1024,
  /** A guess: time for that on a slow line; headers that never end are held for no longer. */
  headersTimeout: 20_000,
} as const;

/**
 * A guess: one cookie of the largest size. What another service on this host needs to know its users stays below, and is
 * left alone; more is a burden on each request, and is cleared.
 */
const BORNE_CHARACTERS = 4096;
/** Chromium takes 256 KiB of headers. What is left out goes at the next attempt, since names that were cleared are gone. */
const MAX_EXPIRY_CHARACTERS = 128 * 1024;
/** No address of ours has more. */
const MAX_SEGMENTS = 4;
/** RFC 6265 section 4.1.1. */
const COOKIE_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** The browser is to be rid of what it sent. Nothing here depends on any cookie. */
export function sendsTooManyCookies({ headers }: IncomingMessage): boolean {
  return (headers.cookie?.length ?? 0) > BORNE_CHARACTERS;
}

/**
 * `Set-Cookie` lines that end every cookie of the request, for answers on which browsers do not heed `Clear-Site-Data`:
 * those to WebSocket upgrades. A request does not say which path and domain a cookie was set for, so each possible one is
 * named.
 */
export function cookieExpiries(request: IncomingMessage): readonly string[] {
  const names = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.slice(0, Math.max(0, pair.indexOf('='))).trim())
    .filter((name) => COOKIE_NAME.test(name));
  const paths = pathsCovering((request.url ?? '/').split('?', 1)[0] ?? '/');
  const domains = ['', ...domainsCovering(request.headers.host ?? '').map((domain) => `; Domain=${domain}`)];
  const lines: string[] = [];
  let characters = 0;
  for (const name of new Set(names))
    for (const path of paths)
      for (const domain of domains)
        for (const partition of ['', '; SameSite=None; Partitioned']) {
          const line = `${name}=; Max-Age=0; Path=${path}${domain}; Secure${partition}`;
          characters += line.length;
          if (characters > MAX_EXPIRY_CHARACTERS) return lines;
          lines.push(line);
        }
  return lines;
}

/** The paths that path-match `pathname` (RFC 6265 section 5.1.4); of a deep one the first. */
function pathsCovering(pathname: string): readonly string[] {
  const segments = pathname.includes(';')
    ? []
    : pathname
        .split('/', MAX_SEGMENTS + 1)
        .slice(1)
        .filter(Boolean);
  return [
    '/',
    ...segments.flatMap((_, at) => {
      const path = `/${segments.slice(0, at + 1).join('/')}`;
      return [path, `${path}/`];
    }),
  ];
}

/** The domains that a cookie of this host may name: none for an address or a name of one label. */
function domainsCovering(host: string): readonly string[] {
  const hostname = host.replace(/:\d+$/, '').toLowerCase();
  if (!/^[a-z0-9.-]+$/.test(hostname) || /^[\d.]+$/.test(hostname)) return [];
  const labels = hostname.split('.');
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}
