import { hostname, networkInterfaces } from 'node:os';

/** The names under which other machines of the LAN reach this one, and loopback. */
export interface LanNames {
  readonly dns: readonly string[];
  /** IPv4 first, without zone. */
  readonly addresses: readonly string[];
}

export function lanNames(): LanNames {
  const host = hostname().toLowerCase();
  const dns = ['localhost'];
  // One label: the resolver of the LAN, and multicast DNS (RFC 6762) under .local.
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(host) && host !== 'localhost')
    dns.push(host, `${host}.local`);

  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    // A link-local IPv6 address needs a zone, which no URL can carry.
    .filter(({ address, internal }) => !internal && !/^fe[89ab]/i.test(address));
  const byFamily = (family: string) =>
    found.filter((one) => one.family === family).map(({ address }) => address);
  return { dns, addresses: ['127.0.0.1', '::1', ...byFamily('IPv4'), ...byFamily('IPv6')] };
}

/** The address to print for other machines; undefined on a machine with no network. */
export function lanAddress(names: LanNames): string | undefined {
  const address = names.addresses.find((one) => one !== '127.0.0.1' && one !== '::1');
  return address?.includes(':') ? `[${address}]` : address;
}

/** What the announcement names: loopback says nothing to other machines. */
export function announcedAddresses({ addresses }: LanNames): readonly string[] {
  return addresses.filter((one) => one !== '127.0.0.1' && one !== '::1');
}
