import { WireError } from '../encoding/refusal.ts';

/**
 * Where a release may talk to: `https` or `wss`, a host, and a port where it is not 443, in the one form that is signed:
 * `https://api.example.com`, `wss://*.example.com:8443`. A leading `*.` stands for every name below the rest, of any
 * depth, and not for the rest itself, as in a Content Security Policy (CSP Level 3, section 4.1 of the matching rules).
 */
export type ReachAddress = string & { readonly brand: 'reach address' };

export const REACH_SCHEMES = ['https', 'wss'] as const;
export type ReachScheme = (typeof REACH_SCHEMES)[number];

/** RFC 1035, section 2.3.4. */
const MAX_HOST_CHARACTERS = 253;
/** A scheme, a wildcard and a port around the longest host. */
export const MAX_ADDRESS_CHARACTERS = MAX_HOST_CHARACTERS + 'https://*.:65535'.length;
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const ADDRESS = new RegExp(`^(https|wss)://(\\*\\.)?((?:${LABEL}\\.)*${LABEL})(?::([1-9]\\d{0,4}))?$`);
/** A host whose last label is a number is an IP address (URL Standard, "ends in a number checker"). */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;
const MAX_PORT = 65_535;
const DEFAULT_PORT = 443;

/**
 * Whether it is the one form. Whatever a browser might read as another host than a person does is none: IP addresses in any
 * notation, names with a user before them, letters outside ASCII, upper case, a dot at the end. What is wrong with a text
 * `reachAddressProblem` says.
 */
export function isReachAddress(text: string, schemes: readonly ReachScheme[]): text is ReachAddress {
  const [, scheme, wildcard, host = '', port] = ADDRESS.exec(text) ?? [];
  return (
    schemes.some((known) => known === scheme) &&
    host.length <= MAX_HOST_CHARACTERS &&
    !ENDS_IN_NUMBER.test(host) &&
    (wildcard === undefined || host.includes('.')) &&
    (port === undefined || (Number(port) <= MAX_PORT && Number(port) !== DEFAULT_PORT))
  );
}

/** @throws WireError */
export function readReachAddress(text: string, schemes: readonly ReachScheme[]): ReachAddress {
  if (isReachAddress(text, schemes)) return text;
  throw new WireError(`"${text.slice(0, 80)}" is no address of ${schemes.join(' or ')}`);
}

/** Whether `rule` stands for all that `asked` stands for. */
export function coversAddress(rule: ReachAddress, asked: ReachAddress): boolean {
  const wide = partsOf(rule);
  const narrow = partsOf(asked);
  if (wide.scheme !== narrow.scheme || wide.port !== narrow.port) return false;
  if (wide.wildcard)
    return narrow.host.endsWith(`.${wide.host}`) || (narrow.wildcard && narrow.host === wide.host);
  return !narrow.wildcard && narrow.host === wide.host;
}

/** Whether the address stands for this host name, under whatever scheme and port. */
export function coversHost(address: ReachAddress, hostname: string): boolean {
  const { host, wildcard } = partsOf(address);
  return wildcard ? hostname.endsWith(`.${host}`) : hostname === host;
}

/** Whether an address of this scheme, host name and port is one that `address` stands for; the port is empty where it is 443. */
export function coversOrigin(
  address: ReachAddress,
  origin: { readonly scheme: string; readonly hostname: string; readonly port: string },
): boolean {
  const { scheme, port } = partsOf(address);
  return scheme === origin.scheme && port === origin.port && coversHost(address, origin.hostname);
}

function partsOf(address: ReachAddress) {
  const [, scheme, wildcard, host, port] = ADDRESS.exec(address)!;
  return { scheme: scheme!, wildcard: wildcard !== undefined, host: host!, port: port ?? '' };
}
