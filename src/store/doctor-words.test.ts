import { expect, test } from 'vitest';
import { type Finding, reachOf } from '../core/connectivity/findings.ts';
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
  expect(doctorVerdict(reachOf(BLOCKED)).title).toBe('Nobody is in reach');
});
