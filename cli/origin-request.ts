import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { sendsTooManyCookies } from '../signaling/sent-cookies.ts';
import { parseAuthority } from './authority.ts';

/** A request as both origins see it, after the checks that they share. */
export interface OriginRequest {
  readonly scheme: 'http' | 'https';
  /** As in a URL: IPv6 in brackets. */
  readonly hostname: string;
  /** What the client typed, `hostname` or `hostname:port`. */
  readonly authority: string;
  readonly pathname: string;
  readonly method: string;
}

const READING: readonly string[] = ['GET', 'HEAD'];

/** Sets the headers that every answer carries. Undefined when the request was refused and has been answered. */
export function openRequest(
  request: IncomingMessage,
  response: ServerResponse,
  methods = READING,
): OriginRequest | undefined {
  // A process of its own for each origin, so that a release that hangs does not hang the shell (HTML, origin-keyed agent clusters).
  response.setHeader('Origin-Agent-Cluster', '?1');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('Cache-Control', 'no-cache');
  if (sendsTooManyCookies(request)) response.setHeader('Clear-Site-Data', '"cookies"');
  const { method = 'GET' } = request;
  if (!methods.includes(method)) {
    response.setHeader('Allow', methods.join(', '));
    refuse(response, 405, `Only ${methods.join(' and ')} are answered here.`);
    return undefined;
  }
  const authority = parseAuthority(request.headers.host);
  if (authority === undefined) {
    refuse(response, 400, 'The Host header is missing or malformed.');
    return undefined;
  }
  // sirv hands the range to a file stream unchecked, which throws on `bytes=5-2`: one request would end the process.
  delete request.headers.range;
  return {
    scheme: request.socket instanceof TLSSocket ? 'https' : 'http',
    hostname: authority.hostname,
    authority: authority.port === undefined ? authority.hostname : `${authority.hostname}:${authority.port}`,
    pathname: (request.url ?? '/').split('?', 1)[0] ?? '/',
    method,
  };
}

/**
 * For what devices alone ask for: their browser keeps no cookie of this host, not one, since the next release would find
 * what the last has left.
 */
export function clearCookies(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.cookie !== undefined) response.setHeader('Clear-Site-Data', '"cookies"');
}

export function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${sentence}\n`);
}
