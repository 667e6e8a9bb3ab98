import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { encodeIceGrant, readIceGrant } from '../src/core/wire/contact/ice-server.ts';
import { idFromBytes, type NodeId } from '../src/core/wire/encoding/ids.ts';
import { issueIce } from './turn-credentials.ts';

const member = idFromBytes<NodeId>(new Uint8Array(32).fill(7));
const nowMs = Date.UTC(2026, 10, 21);

describe('TURN credentials (S11)', () => {
  test('end after an hour and are what coturn computes from the shared secret', () => {
    const grant = issueIce(
      { stunUrls: ['stun:turn.test'], turnUrls: ['turn:turn.test'], turnSecret: 'north' },
      member,
      nowMs,
    );
    const [stun, turn] = grant.servers;
    expect(stun).toEqual({ type: 'stun', url: 'stun:turn.test' });
    if (turn?.type !== 'turn') throw new Error('no TURN server was lent');
    expect(turn.username).toBe(`${nowMs / 1000 + 3600}:${member.slice(0, 16)}`);
    const byOpenssl = execFileSync('openssl', ['dgst', '-sha1', '-hmac', 'north', '-binary'], {
      input: turn.username,
    });
    expect(turn.credential).toBe(byOpenssl.toString('base64'));
    expect(readIceGrant(encodeIceGrant(grant) as never)).toEqual(grant);
  });

  test('without a TURN server nothing ends', () => {
    expect(
      issueIce({ stunUrls: ['stun:turn.test'], turnUrls: [], turnSecret: undefined }, member, nowMs),
    ).toEqual({ servers: [{ type: 'stun', url: 'stun:turn.test' }], lifeMs: undefined });
  });
});
