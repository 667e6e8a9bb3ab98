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
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_PORT = 65_535;
const DEFAULT_PORT = 443;

/**
 * Reads the one form. Whatever a browser might read as another host than a person does is refused: IP addresses in any
 * notation (a host whose last label is a number is one, URL Standard, "ends in a number checker"), names with a user
 * before them, letters outside ASCII, upper case, a dot at the end.
 *
 * @throws WireError with a sentence for whoever wrote it
 */
export function readReachAddress(text: string, schemes: readonly ReachScheme[]): ReachAddress {
  const refuse = (why: string): never => {
    throw new WireError(`the address "${text.slice(0, 80)}" ${why}`);
  };
  const match = /^([a-z]+):\/\/(\*\.)?([^:]*)(?::(\d+))?$/.exec(text);
  const scheme = schemes.find((known) => text.startsWith(`${known}://`));
  if (scheme === undefined) return refuse(`does not begin with ${schemes.join(':// or ')}://`);
  if (/[/?#\\]/.test(text.slice(`${scheme}://`.length)))
    return refuse('has more than a host and a port: leave path, query and the "/" at the end out');
  if (text.includes('@')) return refuse('has a user in it: only a host and a port are taken');
  if (match === null) return refuse('is no host with a port');
  const [, , wildcard, host = '', port] = match;
  checkHost(host, refuse);
  if (wildcard !== undefined && !host.includes('.'))
    return refuse('stands for all names of a whole domain of the top: name at least two labels behind "*."');
  if (port !== undefined) {
    const number = Number(port);
    if (String(number) !== port || number < 1 || number > MAX_PORT)
      return refuse('has no port from 1 to 65535');
    if (number === DEFAULT_PORT) return refuse('names the port 443, which is meant without: leave it out');
  }
  return text as ReachAddress;
}

function checkHost(host: string, refuse: (why: string) => never): void {
  if (/[^ -~]/.test(host)) refuse('has letters outside ASCII: write the host as browsers send it, "xn--..."');
  if (host !== host.toLowerCase()) refuse('has capital letters: write the host in small ones');
  if (host.includes('*'))
    refuse('has a "*" that is not the whole first label: "*.example.com" is the one way');
  if (host === '' || host.length > MAX_HOST_CHARACTERS) refuse('has no host of 1 to 253 characters');
  const labels = host.split('.');
  const last = labels.at(-1)!;
  if (host.startsWith('[') || /^(?:\d+|0x[0-9a-f]*)$/.test(last))
    refuse('is an IP address: name the host as its certificate does');
  if (!labels.every((label) => LABEL.test(label)))
    refuse('is no host name: labels of letters, digits and "-", with a dot between two of them');
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
  const [, scheme, wildcard, host, port] = /^([a-z]+):\/\/(\*\.)?([^:]*)(?::(\d+))?$/.exec(address)!;
  return { scheme: scheme!, wildcard: wildcard !== undefined, host: host!, port: port ?? '' };
}
