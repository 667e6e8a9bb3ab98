/** What the doctor looks for, in the order of the ladder: each rung needs those before it to find its peers, not to work. */
export type Finding =
  | {
      readonly type: 'signaling';
      readonly url: string;
      /** Undefined: it could not be joined, and `reason` says why. */
      readonly joinMs: number | undefined;
      readonly reason: string;
    }
  | { readonly type: 'web-rtc'; readonly available: boolean; readonly hostCandidates: number }
  | {
      readonly type: 'stun';
      readonly asked: number;
      readonly answered: number;
      readonly addresses: readonly string[];
    }
  | { readonly type: 'nat'; readonly kind: NatMapping }
  | { readonly type: 'turn-udp' | 'turn-tcp'; readonly asked: number; readonly answered: number }
  | {
      readonly type: 'relay';
      /** Undefined: bytes did not come back, and `reason` says why; empty where nothing was there to try. */
      readonly roundTripMs: number | undefined;
      readonly reason: string;
    };

/**
 * How a NAT maps one inner port (RFC 4787, 4.1), as two STUN servers see it:
 * `endpoint-independent`: both see one port, so a peer that is told it can be reached through it;
 * `endpoint-dependent`: each sees another, and nobody can be told the one that a peer will need;
 * `none`: the port that they see is our own;
 * `unknown`: fewer than two answered.
 */
export type NatMapping = 'endpoint-independent' | 'endpoint-dependent' | 'none' | 'unknown';

export interface MappedPort {
  readonly address: string;
  readonly port: number;
}

/**
 * `answered` servers replied to one and the same socket, and `mapped` are the distinct outer ports that they named; a browser
 * reports one that equals the inner port, or repeats another, not at all. `bases` is the number of inner sockets, one for each
 * network interface.
 */
export function natMappingOf(answered: number, mapped: readonly MappedPort[], bases: number): NatMapping {
  const ports = new Set(mapped.map(({ address, port }) => `${address} ${port}`)).size;
  if (answered > 0 && ports === 0) return 'none';
  if (answered < 2) return 'unknown';
  return ports > Math.max(1, bases) ? 'endpoint-dependent' : 'endpoint-independent';
}

/** The best way to peers beyond the own network that the findings promise. */
export type Reach = 'punched' | 'turn' | 'relay' | 'lan-only' | 'cut-off';

export function reachOf(findings: readonly Finding[]): Reach {
  const works = (type: Finding['type']) =>
    findings.some((finding) => finding.type === type && finds(finding));
  const nat = findings.find((finding) => finding.type === 'nat');
  if (!works('signaling')) return works('web-rtc') ? 'lan-only' : 'cut-off';
  if (works('stun') && nat?.kind !== 'endpoint-dependent') return 'punched';
  if (works('turn-udp') || works('turn-tcp')) return 'turn';
  if (works('relay')) return 'relay';
  return works('web-rtc') ? 'lan-only' : 'cut-off';
}

/** Whether the finding says that its rung works. */
export function finds(finding: Finding): boolean {
  switch (finding.type) {
    case 'signaling':
      return finding.joinMs !== undefined;
    case 'web-rtc':
      return finding.available && finding.hostCandidates > 0;
    case 'stun':
    case 'turn-udp':
    case 'turn-tcp':
      return finding.answered > 0;
    case 'nat':
      return finding.kind === 'endpoint-independent' || finding.kind === 'none';
    case 'relay':
      return finding.roundTripMs !== undefined;
  }
}
