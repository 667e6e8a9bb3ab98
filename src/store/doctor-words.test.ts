import { expect, test } from 'vitest';
import type { Finding } from '../core/connectivity/findings.ts';
import { doctorRow, doctorVerdict } from './doctor-words.ts';

const BLOCKED: readonly Finding[] = [
  { type: 'signaling', url: 'wss://a.test', joinMs: undefined, reason: 'no answer' },
  { type: 'web-rtc', available: false, hostCandidates: 0 },
  { type: 'stun', asked: 1, answered: 0, addresses: [] },
  { type: 'nat', kind: 'endpoint-dependent' },
  { type: 'turn-udp', asked: 1, answered: 0 },
  { type: 'turn-tcp', asked: 0, answered: 0 },
  { type: 'relay', roundTripMs: undefined, reason: 'no answer' },
];

test.each(BLOCKED)('what is blocked or missing comes with what to do: $type', (finding) => {
  const row = doctorRow(finding);
  expect(row.standing).not.toBe('works');
  for (const text of [row.says, row.remedy]) expect(text).toMatch(/^[A-Z].+\.$|^wss:.+\.$/);
});

test('a server that is not named is no fault', () => {
  expect(doctorRow({ type: 'turn-tcp', asked: 0, answered: 0 }).standing).toBe('absent');
  expect(doctorRow({ type: 'stun', asked: 0, answered: 0, addresses: [] }).standing).toBe('absent');
});

test('the verdict says that nobody is in reach where nothing works', () => {
  expect(doctorVerdict(BLOCKED).title).toBe('Nobody is in reach');
});

test.each([
  ['no server is named', { stun: 0, turn: 0 }, { stun: 0, turn: 0 }, /^No STUN or TURN/, /--stun, --turn/],
  ['all UDP and TCP is blocked', { stun: 2, turn: 1 }, { stun: 0, turn: 0 }, /^Only the web/, /^Let TCP out/],
  [
    'UDP is blocked, no TURN is named',
    { stun: 2, turn: 0 },
    { stun: 0, turn: 0 },
    /^Only the web/,
    /^Let UDP out, or name/,
  ],
  ['the NAT is symmetric', { stun: 2, turn: 0 }, { stun: 2, turn: 0 }, /^UDP leaves/, /^Name a TURN server/],
  [
    'the NAT is symmetric, TURN blocked',
    { stun: 2, turn: 1 },
    { stun: 2, turn: 0 },
    /^UDP leaves/,
    /^Let UDP or TCP out/,
  ],
])(
  'the verdict claims no more than was tried where only the relay works: %s',
  (_name, asked, answered, says, remedy) => {
    const verdict = doctorVerdict([
      { type: 'signaling', url: 'wss://a.test', joinMs: 20, reason: '' },
      { type: 'web-rtc', available: true, hostCandidates: 1 },
      { type: 'stun', asked: asked.stun, answered: answered.stun, addresses: [] },
      { type: 'nat', kind: answered.stun > 0 ? 'endpoint-dependent' : 'unknown' },
      { type: 'turn-udp', asked: asked.turn, answered: answered.turn },
      { type: 'turn-tcp', asked: asked.turn, answered: answered.turn },
      { type: 'relay', roundTripMs: 30, reason: '' },
    ]);
    expect(verdict.title).toBe('Links beyond this network go over the relay');
    expect(verdict.says).toMatch(says);
    expect(verdict.remedy).toMatch(remedy);
  },
);
