import { expect, test } from 'vitest';
import { createManualClock } from '../../adapters/loopback/clock.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import { createRungClimbing } from './rung-climbing.ts';

const peer = 'peer' as NodeId;

function climbing() {
  const clock = createManualClock();
  const climbedAtMs: number[] = [];
  const subject = createRungClimbing({
    clock,
    random: () => 0.5,
    climb: () => climbedAtMs.push(clock.monotonicMs()),
  });
  const passUntil = (tillMs: number) => clock.advance(tillMs - clock.monotonicMs());
  return { subject, climbedAtMs, passUntil };
}

test('a link on a relay looks for a better way again and again, each time later (H13)', async () => {
  const { subject, climbedAtMs, passUntil } = climbing();
  subject.onMeasured(peer, 'relay');
  subject.onMeasured(peer, 'relay');
  await passUntil(15 * 60_000);
  expect(climbedAtMs).toEqual([15_000, 45_000, 105_000, 225_000, 465_000]);
  await passUntil(10 * 60 * 60_000);
  const pauses = climbedAtMs.slice(1).map((atMs, index) => atMs - climbedAtMs[index]!);
  expect(Math.max(...pauses)).toBe(600_000);
});

test.each(['turn-udp', 'turn-tcp', 'relay'] as const)('%s is left for a better way', async (rung) => {
  const { subject, climbedAtMs, passUntil } = climbing();
  subject.onMeasured(peer, rung);
  await passUntil(16_000);
  expect(climbedAtMs).toHaveLength(1);
});

test('after a change of the network it tries at once, and begins its pauses anew', async () => {
  const { subject, climbedAtMs, passUntil } = climbing();
  subject.onMeasured(peer, 'relay');
  await passUntil(120_000);
  climbedAtMs.length = 0;
  subject.onNetworkChanged();
  await passUntil(121_000);
  expect(climbedAtMs).toEqual([120_500]);
  await passUntil(151_000);
  expect(climbedAtMs).toEqual([120_500, 150_500]);
});

test.each([
  [
    'stands on a direct connection',
    (subject: ReturnType<typeof climbing>['subject']) => subject.onMeasured(peer, 'punched'),
  ],
  ['is gone', (subject: ReturnType<typeof climbing>['subject']) => subject.onLinkDown(peer)],
] as const)('a link that %s looks for nothing, whatever the network does', async (_, happen) => {
  const { subject, climbedAtMs, passUntil } = climbing();
  subject.onMeasured(peer, 'relay');
  happen(subject);
  subject.onNetworkChanged();
  await passUntil(60 * 60_000);
  expect(climbedAtMs).toEqual([]);
});
