import { isReachAddress, type ReachScheme } from './reach-address.ts';

/** What is wrong with an address, going on from its text, for whoever wrote it; empty when it is taken. */
export function reachAddressProblem(text: string, schemes: readonly ReachScheme[]): string {
  return isReachAddress(text, schemes) ? '' : `the address "${text.slice(0, 80)}" ${whyNot(text, schemes)}`;
}

function whyNot(text: string, schemes: readonly ReachScheme[]): string {
  const scheme = schemes.find((known) => text.startsWith(`${known}://`));
  if (scheme === undefined) return `does not begin with ${schemes.join(':// or ')}://`;
  const rest = text.slice(`${scheme}://`.length);
  if (/[/?#\\]/.test(rest))
    return 'has more than a host and a port: leave path, query and the "/" at the end out';
  if (rest.includes('@')) return 'has a user in it: only a host and a port are taken';
  const [, wildcard, host = '', port] = /^(\*\.)?([^:]*)(?::(\d+))?$/.exec(rest) ?? [];
  if (host === '' && rest !== '') return 'is no host with a port';
  if (/[^ -~]/.test(host)) return 'has letters outside ASCII: write the host as browsers send it, "xn--..."';
  if (host !== host.toLowerCase()) return 'has capital letters: write the host in small ones';
  if (host.includes('*'))
    return 'has a "*" that is not the whole first label: "*.example.com" is the one way';
  if (host === '' || host.length > 253) return 'has no host of 1 to 253 characters';
  if (host.startsWith('[') || /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(host))
    return 'is an IP address: name the host as its certificate does';
  if (!isReachAddress(`https://${host}`, ['https']))
    return 'is no host name: labels of letters, digits and "-", with a dot between two of them';
  if (wildcard !== undefined && !host.includes('.'))
    return 'stands for all names of a whole domain of the top: name at least two labels behind "*."';
  return port === '443'
    ? 'names the port 443, which is meant without: leave it out'
    : 'has no port from 1 to 65535';
}
