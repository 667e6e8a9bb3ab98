import { type Permissions, POWERS } from '../core/wire/entry/permissions.ts';

/** Headers that say what the code of an answer may reach, and who may reach it. */
export type ReachPolicy = Readonly<Record<string, string>>;

/**
 * What a release may reach: what it shipped and what it is granted, and nothing else (E3). `unsafe-inline` and `unsafe-eval` stay,
 * since ordinary builds need them and the policy is here to hold the whole release in, not to guard it from itself.
 *
 * No worker from a blob. Attack: a shared worker from a blob, which no policy tells from a dedicated one, is kept alive
 * beyond its release (`extendedLifetime`), and the next release hears it.
 */
export function releasePolicy(shellOrigin: string, granted: Permissions): ReachPolicy {
  const reachesPages = pagesOf(granted).length > 0;
  return {
    'Content-Security-Policy': releaseSources(shellOrigin, "'self'", granted),
    'Connection-Allowlist': connectionAllowlist(granted),
    'Permissions-Policy': POWERS.filter((power) => power !== 'print')
      .map((power) => `${power}=(${granted.powers.includes(power) ? 'self' : ''})`)
      .join(', '),
    // Gives a release SharedArrayBuffer, and an agent cluster in which the bridge is not: neither can script the other. Pictures of
    // other hosts mostly lack the header that the stricter kind asks for, and come without cookies under the other.
    'Document-Isolation-Policy': reachesPages ? 'isolate-and-credentialless' : 'isolate-and-require-corp',
  };
}

/** The same for a release's dedicated workers, which can make no shared ones. */
export function workerPolicy(shellOrigin: string, granted: Permissions): ReachPolicy {
  return {
    ...releasePolicy(shellOrigin, granted),
    'Content-Security-Policy': releaseSources(shellOrigin, "'self' blob:", granted),
  };
}

/**
 * What other hosts send is data: a release talks to them and shows their pictures and media. No script, stylesheet, font or frame
 * of theirs, and no form to them. Attack: whoever holds a host that is reached changes what runs, which nobody signed.
 */
function releaseSources(shellOrigin: string, workers: string, granted: Permissions): string {
  const shown = ["'self' data: blob:", ...pagesOf(granted)].join(' ');
  return [
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
    `connect-src ${["'self' data: blob:", ...granted.reach].join(' ')}`,
    `img-src ${shown}`,
    `media-src ${shown}`,
    `worker-src ${workers}`,
    "form-action 'self'",
    "base-uri 'self'",
    "object-src 'none'",
    `frame-ancestors ${shellOrigin} 'self'`,
  ].join('; ');
}

/** The bridge runs one script of ours and registers one worker. No page of a release may frame it. */
export function bridgePolicy(shellOrigin: string): ReachPolicy {
  const sources = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    `frame-ancestors ${shellOrigin}`,
  ];
  return { 'Content-Security-Policy': sources.join('; '), 'Connection-Allowlist': '(response-origin)' };
}

/**
 * Attack: a release sends what it knows past the policy. WebRTC (Chromium knows no `webrtc 'block'`), preconnect and
 * speculation rules all reached a foreign server under the policy alone, and none did with this. Chromium 156 ends
 * the process of a page that opens WebRTC under it. Where hosts are reached redirects are followed, as services use them;
 * each is held against the Content Security Policy again.
 */
function connectionAllowlist({ reach }: Permissions): string {
  const hosts = reach.map((address) => ` "${address}"`).join('');
  return `(response-origin${hosts})${reach.length > 0 ? '; redirects=allow' : ''}`;
}

function pagesOf({ reach }: Permissions): readonly string[] {
  return reach.filter((address) => address.startsWith('https:'));
}

/** Headers of every response that the worker makes. `sizeBytes` is undefined where it is not known before the body is. */
export function responseHeaders(
  mediaType: string,
  policy: ReachPolicy,
  sizeBytes: number | undefined,
): Record<string, string> {
  return {
    'Content-Type': mediaType,
    ...(sizeBytes !== undefined && { 'Content-Length': String(sizeBytes) }),
    ...policy,
    'X-DNS-Prefetch-Control': 'off',
    // An endless loop of the release must not stop the shell: with this on both origins each has a process of its own.
    'Origin-Agent-Cluster': '?1',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    // The address stays the same from release to release.
    'Cache-Control': 'no-store',
  };
}
