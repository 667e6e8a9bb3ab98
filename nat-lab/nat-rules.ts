/** What a router does to UDP (RFC 4787), and how much of the network it lets through. */
export type NatKind =
  /** Endpoint-independent mapping and filtering: whatever reaches the outer port is let in. */
  | 'full-cone'
  /** Endpoint-independent mapping, address and port-dependent filtering: what most homes have. */
  | 'port-restricted'
  /** Address and port-dependent mapping: each destination sees another port, so that nobody can be told one. */
  | 'symmetric';

export type Firewall =
  | 'open'
  /** Nothing but TCP leaves. */
  | 'no-udp'
  /** Nothing but TCP to the web server's own ports leaves: no TURN either. */
  | 'web-only';

export interface RouterSetting {
  readonly nat: NatKind;
  readonly firewall: Firewall;
}

export const OUTSIDE = 'outside';
export const INSIDE = 'inside';

/**
 * The iptables calls, in order, that make a router of Linux behave so. A plain MASQUERADE keeps the inner port, so its mapping
 * is endpoint-independent. Without the DROP of INPUT, a check of the other end that comes first would be taken by
 * the router itself, whose connection tracking then gives the inner host another port.
 */
export function natRules(
  { nat, firewall }: RouterSetting,
  hosts: { readonly inner: string; readonly webPorts: readonly number[] },
): readonly (readonly string[])[] {
  const masquerade = ['-t', 'nat', '-A', 'POSTROUTING', '-o', OUTSIDE, '-j', 'MASQUERADE'];
  return [
    ['-F'],
    ['-t', 'nat', '-F'],
    ['-P', 'FORWARD', 'DROP'],
    ['-A', 'INPUT', '-i', OUTSIDE, '-p', 'udp', '-j', 'DROP'],
    nat === 'symmetric' ? [...masquerade, '--random-fully'] : masquerade,
    ...firewallRules(firewall, hosts.webPorts),
    ...(nat === 'full-cone'
      ? [
          ['-t', 'nat', '-A', 'PREROUTING', '-i', OUTSIDE, '-p', 'udp', '-j', 'DNAT', '--to', hosts.inner],
          ['-A', 'FORWARD', '-i', OUTSIDE, '-p', 'udp', '-j', 'ACCEPT'],
        ]
      : []),
    ['-A', 'FORWARD', '-i', OUTSIDE, '-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'ACCEPT'],
    ['-A', 'FORWARD', '-i', INSIDE, '-j', 'ACCEPT'],
  ];
}

function firewallRules(firewall: Firewall, webPorts: readonly number[]): readonly (readonly string[])[] {
  switch (firewall) {
    case 'open':
      return [];
    case 'no-udp':
      return [['-A', 'FORWARD', '-o', OUTSIDE, '-p', 'udp', '-j', 'DROP']];
    case 'web-only':
      return [
        ['-A', 'FORWARD', '-o', OUTSIDE, '-p', 'udp', '-j', 'DROP'],
        [
          ...['-A', 'FORWARD', '-o', OUTSIDE, '-p', 'tcp', '-m', 'multiport', '!', '--dports'],
          ...[webPorts.join(','), '-j', 'REJECT', '--reject-with', 'tcp-reset'],
        ],
      ];
  }
}
