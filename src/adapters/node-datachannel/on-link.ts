import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * Whether an address lies in a network that this machine has an interface in, so that no NAT is between: a peer-reflexive candidate
 * hides that (RFC 8445, 5.1.2.1), and companies number their LANs with public addresses too.
 */
export function isOnLink(address: string): boolean {
  const onLink = new BlockList();
  for (const { cidr, family } of Object.values(networkInterfaces()).flatMap((each) => each ?? [])) {
    const [network, bits] = cidr?.split('/') ?? [];
    if (network !== undefined) onLink.addSubnet(network, Number(bits), family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return onLink.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
