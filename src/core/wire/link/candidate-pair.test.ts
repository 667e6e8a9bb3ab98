import { expect, test } from 'vitest';
import type { Rung } from '../statement/statement.ts';
import { type CandidateEnd, rungOf } from './candidate-pair.ts';

const end = (type: CandidateEnd['type'], address?: string, relayProtocol?: string): CandidateEnd => ({
  type,
  address,
  relayProtocol,
});
const host = end('host', '10.0.0.2');

test.each<[string, CandidateEnd, CandidateEnd, boolean, Rung]>([
  ['two hosts', host, end('host', '203.0.113.5'), false, 'lan'],
  ['a private reflexive end', host, end('prflx', '192.168.1.4'), true, 'lan'],
  ['an mDNS reflexive end', host, end('prflx', 'a1b2.local'), true, 'lan'],
  ['a hidden reflexive end, no STUN in play', host, end('prflx', ''), false, 'lan'],
  ['a hidden reflexive end, STUN in play', host, end('prflx'), true, 'unknown'],
  ['a public reflexive end', host, end('prflx', '203.0.113.5'), false, 'punched'],
  ['a public end of ours', end('prflx', '203.0.113.5'), end('prflx'), true, 'punched'],
  ['server-reflexive', end('srflx', '203.0.113.5'), host, true, 'punched'],
  ['172.32 is not private', host, end('prflx', '172.32.0.1'), false, 'punched'],
  ['an IPv6 unique local end', host, end('prflx', 'fd12::1'), true, 'lan'],
  ['a relay over UDP', end('relay', '203.0.113.5', 'udp'), host, true, 'turn-udp'],
  ['a relay over TCP', end('relay', '203.0.113.5', 'tcp'), host, true, 'turn-tcp'],
  ['a relay over TLS', end('relay', '203.0.113.5', 'tls'), end('relay'), true, 'turn-tcp'],
  ['a relay of the other end', host, end('relay', '203.0.113.5'), true, 'turn-udp'],
])('%s', (_name, local, remote, reflexiveKnown, rung) => {
  expect(rungOf({ local, remote, reflexiveKnown })).toBe(rung);
});
