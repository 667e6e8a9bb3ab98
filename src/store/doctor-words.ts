import { type Finding, finds, type Reach, reachOf } from '../core/connectivity/findings.ts';

/** One finding in words, for the dashboard and the kiosk page alike. */
export interface DoctorRow {
  readonly key: string;
  readonly title: string;
  /** `absent`: there is nothing to try, because no such server is named. */
  readonly standing: 'works' | 'blocked' | 'hinders' | 'absent' | 'unsure';
  readonly says: string;
  /** What to do; empty where nothing needs doing. */
  readonly remedy: string;
}

const ASK_FOR_TURN = 'Name a TURN server when you start the signaling server: --turn and --turn-secret-file.';

export function doctorRow(finding: Finding): DoctorRow {
  const standing = finds(finding) ? ('works' as const) : ('blocked' as const);
  switch (finding.type) {
    case 'signaling':
      return {
        key: `signaling ${finding.url}`,
        title: 'Signaling server',
        standing,
        says:
          finding.joinMs === undefined
            ? `${finding.url} cannot be joined: ${finding.reason}.`
            : `${finding.url} took this browser in after ${Math.round(finding.joinMs)} ms.`,
        remedy:
          finding.joinMs === undefined
            ? 'See that the server runs, that its name leads to it from this network, and that proxies let WebSockets through. Links that are up go on without it.'
            : '',
      };
    case 'web-rtc':
      return {
        key: finding.type,
        title: 'Same network',
        standing,
        says: !finding.available
          ? 'This browser has no WebRTC.'
          : finding.hostCandidates === 0
            ? 'This browser offers no address of its own to others in its network.'
            : 'This browser offers its address to others in its network.',
        remedy: finds(finding)
          ? ''
          : 'Allow WebRTC: remove the browser policy or extension that turns it off. Until then only the relay is left.',
      };
    case 'stun':
      return {
        key: finding.type,
        title: 'UDP to the internet (STUN)',
        standing: finding.asked === 0 ? 'absent' : standing,
        says:
          finding.asked === 0
            ? 'The signaling server names no STUN server.'
            : finding.answered === 0
              ? 'No STUN server shows this browser an outer address: UDP is blocked, or there is no NAT in between.'
              : `${finding.answered} of ${finding.asked} answered; from outside this network looks like ${finding.addresses.join(', ')}.`,
        remedy:
          finding.asked === 0
            ? 'Name one with --stun when you start the signaling server, or two of different addresses so that the kind of NAT can be told. Within one network none is needed.'
            : finding.answered === 0
              ? 'Let UDP out to the STUN server, on port 3478 where it is not another. Otherwise links need TURN over TCP or the relay.'
              : '',
      };
    case 'nat':
      return natRow(finding.kind);
    case 'turn-udp':
    case 'turn-tcp': {
      const way = finding.type === 'turn-udp' ? 'UDP' : 'TCP';
      return {
        key: finding.type,
        title: `TURN over ${way}`,
        standing: finding.asked === 0 ? 'absent' : standing,
        says:
          finding.asked === 0
            ? `The signaling server names no TURN server for ${way}.`
            : finding.answered === 0
              ? `No TURN server lends an address over ${way}: ${way} to it is blocked, it is down, or its secret is another one.`
              : `${finding.answered} of ${finding.asked} lent an address.`,
        remedy:
          finding.asked === 0
            ? ASK_FOR_TURN
            : finding.answered === 0
              ? `Let ${way} out to the TURN server, and compare its static-auth-secret with the signaling server's.`
              : '',
      };
    }
    case 'relay':
      return {
        key: finding.type,
        title: 'Relay by the signaling server',
        standing: finding.roundTripMs === undefined && finding.reason === '' ? 'unsure' : standing,
        says:
          finding.roundTripMs !== undefined
            ? `Bytes came back after ${Math.round(finding.roundTripMs)} ms.`
            : finding.reason === ''
              ? 'Not tried: no signaling server was joined.'
              : `Bytes did not come back: ${finding.reason}.`,
        remedy:
          finding.roundTripMs !== undefined || finding.reason === ''
            ? ''
            : 'See that proxies let long WebSockets through, and what the server’s quotas are.',
      };
  }
}

function natRow(kind: Extract<Finding, { type: 'nat' }>['kind']): DoctorRow {
  const row = { key: 'nat', title: 'Kind of NAT' };
  switch (kind) {
    case 'none':
      return {
        ...row,
        standing: 'works',
        says: 'There is no NAT between this browser and the internet.',
        remedy: '',
      };
    case 'endpoint-independent':
      return {
        ...row,
        standing: 'works',
        says: 'Everyone outside sees the same port: links through it can be hole-punched.',
        remedy: '',
      };
    case 'endpoint-dependent':
      return {
        ...row,
        standing: 'hinders',
        says: 'Each server sees another port (a symmetric NAT): a hole can be punched only to a NAT that lets everybody in.',
        remedy: 'Set the router to endpoint-independent mapping, or have a TURN server.',
      };
    case 'unknown':
      return {
        ...row,
        standing: 'unsure',
        says: 'Two STUN servers must answer for it to be told.',
        remedy: '',
      };
  }
}

const VERDICTS: Readonly<Record<Exclude<Reach, 'relay'>, DoctorRow>> = {
  punched: {
    key: 'verdict',
    title: 'Links beyond this network are direct',
    standing: 'works',
    says: 'Peers behind most NATs are reached without a server in between; the others over TURN where there is one.',
    remedy: '',
  },
  turn: {
    key: 'verdict',
    title: 'Links beyond this network go over TURN',
    standing: 'works',
    says: 'Peers outside are reached through the TURN server, which carries every byte of them.',
    remedy: '',
  },
  'lan-only': {
    key: 'verdict',
    title: 'Only this network is in reach',
    standing: 'hinders',
    says: 'Links that are up go on, and the mesh makes new ones among neighbours. Nobody beyond is found.',
    remedy: 'Mend the signaling server first, then what is blocked below.',
  },
  'cut-off': {
    key: 'verdict',
    title: 'Nobody is in reach',
    standing: 'blocked',
    says: 'Neither a signaling server nor WebRTC works from here.',
    remedy: 'See whether this machine has a network at all, then what is blocked below.',
  },
};

/** What the findings come to, in words. */
export function doctorVerdict(findings: readonly Finding[]): DoctorRow {
  const reach = reachOf(findings);
  if (reach !== 'relay') return VERDICTS[reach];
  return {
    key: 'verdict',
    title: 'Links beyond this network go over the relay',
    standing: 'hinders',
    ...whyOnlyTheRelay(findings),
  };
}

function whyOnlyTheRelay(findings: readonly Finding[]): Pick<DoctorRow, 'says' | 'remedy'> {
  const isNamed = findings.some((finding) => 'asked' in finding && finding.asked > 0);
  const turnIsNamed = findings.some(
    (finding) => (finding.type === 'turn-udp' || finding.type === 'turn-tcp') && finding.asked > 0,
  );
  const passesUdp = findings.some((finding) => finding.type === 'stun' && finds(finding));
  const cost = 'The signaling server passes every byte on, slowly and up to a quota.';
  const better = 'Links that are up then take the better way by themselves.';
  if (!isNamed)
    return {
      says: `No STUN or TURN server is named, so no better way could be tried. ${cost}`,
      remedy: `Name both when you start the signaling server: --stun, --turn and --turn-secret-file. ${better}`,
    };
  if (passesUdp)
    return {
      says: `UDP leaves this network, but its NAT lets hardly any peer in. ${cost}`,
      remedy: turnIsNamed ? `Let UDP or TCP out to the TURN server. ${better}` : `${ASK_FOR_TURN} ${better}`,
    };
  return {
    says: `Only the web leaves this network. ${cost}`,
    remedy: turnIsNamed
      ? `Let TCP out to the TURN server, or UDP. ${better}`
      : `Let UDP out, or name a TURN server that is reached over TCP. ${better}`,
  };
}
