/** The `host` or `host:port` a client asked for (RFC 9110 section 7.2); `hostname` as it stands in a URL, IPv6 in brackets. */
export interface Authority {
  readonly hostname: string;
  readonly port: number | undefined;
}

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
const DOTTED_QUAD = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * Undefined unless the header is one plain authority. What passes is written into Content-Security-Policy and into
 * URLs: a header like `a; script-src *` must not become a policy of its own.
 */
export function parseAuthority(header: string | undefined): Authority | undefined {
  if (header === undefined || header.length > 261) return undefined;
  const match = /^(\[[0-9a-fA-F:.]{2,45}\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(header);
  const hostname = match?.[1]?.toLowerCase();
  if (hostname === undefined) return undefined;
  const port = match?.[2] === undefined ? undefined : Number(match[2]);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  if (hostname.startsWith('[')) {
    if (!URL.canParse(`http://${hostname}`)) return undefined;
  } else if (DOTTED_QUAD.test(hostname)) {
    if (hostname.split('.').some((octet) => Number(octet) > 255)) return undefined;
  } else if (hostname.length > 253 || !hostname.split('.').every((label) => LABEL.test(label))) {
    return undefined;
  }
  return { hostname, port };
}
