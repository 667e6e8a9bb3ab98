import { describe, expect, test } from 'vitest';
import { createTimerClock } from '../adapters/loopback/clock.ts';
import { createLoopbackSignaling } from '../adapters/loopback/signaling.ts';
import { createNobleKeys } from '../adapters/noble/keys.ts';
import type { Finding } from '../core/connectivity/findings.ts';
import type { IceGrant } from '../core/wire/contact/ice-server.ts';
import type { CandidateProbe, GatheredCandidate } from '../ports/candidate-probe.ts';
import type { Signaling } from '../ports/signaling.ts';
import { examineConnectivity } from './doctor.ts';

const clock = createTimerClock();
const randomness = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
const keys = createNobleKeys({ randomness });
const ICE: IceGrant = {
  servers: [
    { type: 'stun', url: 'stun:one.test' },
    { type: 'stun', url: 'stun:two.test' },
    { type: 'turn', url: 'turn:one.test', username: 'u', credential: 'c' },
    { type: 'turn', url: 'turn:one.test?transport=tcp', username: 'u', credential: 'c' },
  ],
  lifeMs: 3_600_000,
};

/** A loopback server that lends ICE servers, and one address at which there is none. */
function lendingSignaling(): Signaling {
  const signaling = createLoopbackSignaling({ clock });
  signaling.setReachable('ws://dead.test', false);
  return {
    ...signaling,
    join: (url, room, self, onEvent) =>
      signaling.join(url, room, self, (event) =>
        onEvent(event.type === 'signaling-joined' ? { ...event, ice: ICE } : event),
      ),
  };
}

/** A browser behind a NAT that blocks the named URLs; `symmetric`: each STUN server sees a port of its own. */
function browserBehind(blocked: readonly string[], symmetric = false): CandidateProbe {
  return {
    available: true,
    async gather({ servers, relayOnly }) {
      const found: GatheredCandidate[] = relayOnly
        ? []
        : [{ type: 'host', protocol: 'udp', address: 'x.local', port: 1 }];
      for (const [index, { type, url }] of servers.entries()) {
        if (blocked.some((each) => url === each)) continue;
        if (type === 'turn') found.push({ type: 'relay', protocol: 'udp', address: '203.0.113.10', port: 9 });
        else
          found.push({
            type: 'srflx',
            protocol: 'udp',
            address: '203.0.113.21',
            port: symmetric ? 4000 + index : 4000,
          });
      }
      return found;
    },
  };
}

async function examine(probe: CandidateProbe, urls: readonly string[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  await examineConnectivity(
    { signaling: lendingSignaling(), probe, keys, clock, randomness },
    urls,
    (finding) => findings.push(finding),
  );
  return findings;
}

const of = (findings: readonly Finding[], type: Finding['type']) =>
  findings.filter((finding) => finding.type === type);

describe('the doctor', () => {
  test('where nothing is blocked every rung works, and the relay gives back what it was given', async () => {
    const findings = await examine(browserBehind([]), ['ws://alive.test']);
    expect(findings.map(({ type }) => type)).toEqual([
      'signaling',
      'web-rtc',
      'stun',
      'nat',
      'turn-udp',
      'turn-tcp',
      'relay',
    ]);
    expect(of(findings, 'stun')).toEqual([
      { type: 'stun', asked: 2, answered: 2, addresses: ['203.0.113.21'] },
    ]);
    expect(of(findings, 'nat')).toEqual([{ type: 'nat', kind: 'endpoint-independent' }]);
    expect(of(findings, 'relay')).toMatchObject([{ roundTripMs: expect.any(Number) }]);
  });

  test('a symmetric NAT is told by two STUN servers that see different ports', async () => {
    const findings = await examine(browserBehind([], true), ['ws://alive.test']);
    expect(of(findings, 'nat')).toEqual([{ type: 'nat', kind: 'endpoint-dependent' }]);
  });

  test('blocked UDP leaves TURN over TCP', async () => {
    const blocked = ['stun:one.test', 'stun:two.test', 'turn:one.test'];
    const findings = await examine(browserBehind(blocked), ['ws://alive.test']);
    expect(of(findings, 'stun')).toMatchObject([{ answered: 0 }]);
    expect(of(findings, 'turn-udp')).toEqual([{ type: 'turn-udp', asked: 1, answered: 0 }]);
    expect(of(findings, 'turn-tcp')).toEqual([{ type: 'turn-tcp', asked: 1, answered: 1 }]);
  });

  test('a server that is not there is named with its reason, and the others are still used', async () => {
    const findings = await examine(browserBehind([]), ['ws://dead.test', 'ws://alive.test']);
    expect(of(findings, 'signaling')).toMatchObject([
      { url: 'ws://dead.test', joinMs: undefined, reason: 'the server is not reachable' },
      { url: 'ws://alive.test', reason: '' },
    ]);
    expect(of(findings, 'relay')).toMatchObject([{ reason: '' }]);
  });

  test('without any server only the own network is looked at', async () => {
    const findings = await examine(browserBehind([]), ['ws://dead.test']);
    expect(of(findings, 'stun')).toMatchObject([{ asked: 0 }]);
    expect(of(findings, 'relay')).toEqual([{ type: 'relay', roundTripMs: undefined, reason: '' }]);
  });
});
