import { describe, expect, test } from 'vitest';
import { type Finding, type NatMapping, natMappingOf, reachOf } from './findings.ts';

const at = (port: number) => ({ address: '203.0.113.21', port });

describe('kind of a NAT, from what two STUN servers see of one socket (RFC 4787, 4.1)', () => {
  test.each<[string, number, ReturnType<typeof at>[], number, NatMapping]>([
    ['both see one port', 2, [at(4000)], 1, 'endpoint-independent'],
    ['each sees another port', 2, [at(4000), at(4001)], 1, 'endpoint-dependent'],
    ['two interfaces with a port each', 2, [at(4000), at(4001)], 2, 'endpoint-independent'],
    ['they see the inner port itself', 2, [], 1, 'none'],
    ['only one answers', 1, [at(4000)], 1, 'unknown'],
    ['nobody answers', 0, [], 1, 'unknown'],
  ])('%s', (_name, answered, mapped, bases, kind) => {
    expect(natMappingOf(answered, mapped, bases)).toBe(kind);
  });
});

describe('the best way beyond the own network', () => {
  const findings = (change: Partial<Record<string, object>>): Finding[] =>
    [
      { type: 'signaling', url: 'wss://a.test', joinMs: 20, reason: '' },
      { type: 'web-rtc', available: true, hostCandidates: 1 },
      { type: 'stun', asked: 2, answered: 2, addresses: [] },
      { type: 'nat', kind: 'endpoint-independent' },
      { type: 'turn-udp', asked: 1, answered: 1 },
      { type: 'turn-tcp', asked: 1, answered: 1 },
      { type: 'relay', roundTripMs: 30, reason: '' },
    ].map((finding) => ({ ...finding, ...change[finding.type] })) as Finding[];
  const noUdp = { stun: { answered: 0 }, nat: { kind: 'unknown' }, 'turn-udp': { answered: 0 } };

  test.each([
    ['everything works', {}, 'punched'],
    ['a symmetric NAT', { nat: { kind: 'endpoint-dependent' } }, 'turn'],
    ['no UDP', noUdp, 'turn'],
    ['no UDP and no TURN', { ...noUdp, 'turn-tcp': { answered: 0 } }, 'relay'],
    ['only the LAN', { signaling: { joinMs: undefined } }, 'lan-only'],
    [
      'nothing',
      { signaling: { joinMs: undefined }, 'web-rtc': { available: false, hostCandidates: 0 } },
      'cut-off',
    ],
  ])('%s', (_name, change, reach) => {
    expect(reachOf(findings(change))).toBe(reach);
  });
});
