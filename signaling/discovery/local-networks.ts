import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** RFC 1918, 3927, 4193 and 4291: nobody reaches these from beyond. */
const PRIVATE = [
  '10.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];

/** Whether an address is private, or of a network that this machine is in as `networks` (in CIDR notation) say. */
export function localAddresses(networks: readonly string[] = ownNetworks()): (address: string) => boolean {
  const known = new BlockList();
  for (const network of [...PRIVATE, ...networks]) {
    const [base = '', prefix] = network.split('/');
    known.addSubnet(base, Number(prefix), familyOf(base));
  }
  return (address) => isIP(address) !== 0 && known.check(address, familyOf(address));
}

function ownNetworks(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ cidr }) => (cidr === null ? [] : [cidr])),
  );
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
