import type { Rung } from '../statement/statement.ts';

/** What the statistics say of one end of the selected pair (W3C webrtc-stats, RTCIceCandidateStats). */
export interface CandidateEnd {
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay';
  /** Undefined or empty where the browser hides it: mDNS names and peer-reflexive candidates. */
  readonly address: string | undefined;
  /** How a relay of ours is reached. Browsers tell it of local relay candidates only. */
  readonly relayProtocol: string | undefined;
}

export interface SelectedPair {
  readonly local: CandidateEnd;
  readonly remote: CandidateEnd;
  /** Whether any server-reflexive candidate was known at either end, selected or not. */
  readonly reflexiveKnown: boolean;
}

export function rungOf({ local, remote, reflexiveKnown }: SelectedPair): Rung {
  if (local.type === 'relay')
    return local.relayProtocol === undefined || local.relayProtocol === 'udp' ? 'turn-udp' : 'turn-tcp';
  // How the other end reaches its relay is not visible from here; UDP is what ICE prefers.
  if (remote.type === 'relay') return 'turn-udp';
  if (local.type === 'srflx' || remote.type === 'srflx') return 'punched';
  const ends = [local, remote];
  if (ends.every((end) => end.type === 'host')) return 'lan';
  const reflexive = ends.filter((end) => end.type === 'prflx');
  if (reflexive.every((end) => isLocalAddress(end.address))) return 'lan';
  if (reflexive.some((end) => isVisible(end.address) && !isLocalAddress(end.address))) return 'punched';
  // A hidden address: on a LAN, an mDNS name that was not resolved yet. Behind a NAT it looks the same, but a NAT is
  // crossed with the help of a STUN server, whose answers would be known.
  return reflexiveKnown ? 'unknown' : 'lan';
}

function isVisible(address: string | undefined): address is string {
  return address !== undefined && address !== '';
}

/** Private, link-local and loopback ranges (RFC 1918, RFC 3927, RFC 4193, RFC 4291) and mDNS names. */
function isLocalAddress(address: string | undefined): boolean {
  if (!isVisible(address)) return false;
  const text = address.toLowerCase().replace(/^::ffff:/, '');
  return (
    text.endsWith('.local') ||
    /^(10|127)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\./.test(text) ||
    text === '::1' ||
    /^f[cd][0-9a-f]{2}:|^fe[89ab][0-9a-f]:/.test(text)
  );
}
