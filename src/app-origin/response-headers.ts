/** Headers that say what the code of an answer may reach, and who may reach it. */
export type ReachPolicy = Readonly<Record<string, string>>;

/**
 * What a release may reach: what it shipped, and nothing else. `unsafe-inline` and `unsafe-eval` stay, since ordinary
 * builds need them and the policy is here to hold the whole release in, not to guard it from itself.
 *
 * No worker from a blob. Attack: a shared worker from a blob, which no policy tells from a dedicated one, is kept alive
 * beyond its release (`extendedLifetime`), and the next release hears it.
 */
export function releasePolicy(shellOrigin: string): ReachPolicy {
  return {
    'Content-Security-Policy': releaseSources(shellOrigin, "'self'"),
    // Gives a release SharedArrayBuffer, and an agent cluster in which the bridge is not: neither can script the other.
    'Document-Isolation-Policy': 'isolate-and-require-corp',
  };
}

/** The same for a release's dedicated workers, which can make no shared ones. */
export function workerPolicy(shellOrigin: string): ReachPolicy {
  return {
    ...releasePolicy(shellOrigin),
    'Content-Security-Policy': releaseSources(shellOrigin, "'self' blob:"),
  };
}

function releaseSources(shellOrigin: string, workers: string): string {
  return [
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
    "connect-src 'self' data: blob:",
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
  return { 'Content-Security-Policy': sources.join('; ') };
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
    // Attack: a release sends what it knows past the policy. WebRTC (Chromium knows no `webrtc 'block'`), preconnect and
    // speculation rules all reached a foreign server under the policy alone, and none did with this. Chromium 156 ends
    // the process of a page that opens WebRTC under it.
    'Connection-Allowlist': '(response-origin)',
    'X-DNS-Prefetch-Control': 'off',
    // An endless loop of the release must not stop the shell: with this on both origins each has a process of its own.
    'Origin-Agent-Cluster': '?1',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    // The address stays the same from release to release.
    'Cache-Control': 'no-store',
  };
}
