import { describe, expect, test } from 'vitest';
import { connectorAcceptance } from '../../ports/acceptance/connector.ts';
import { signalingAcceptance } from '../../ports/acceptance/signaling.ts';
import { createNobleKeys } from '../noble/keys.ts';
import { createManualClock, createSeededRandomness, createTimerClock } from './clock.ts';
import { createLoopbackNetwork } from './connector.ts';
import { createLoopbackSignaling } from './signaling.ts';

const clock = createTimerClock();

describe('loopback connections', () => {
  test.each(connectorAcceptance)('$name', async ({ run }) => {
    await run({
      connector: createLoopbackNetwork({ clock, latencyMs: 1 }).connector(),
      impatient: createLoopbackNetwork({ clock, openTimeoutMs: 20 }).connector(),
    });
  });

  test('a network that is cut closes every connection', async () => {
    const network = createLoopbackNetwork({ clock });
    const a = network.connector().attempt({ initiator: true, onSignal: (bytes) => b.signal(bytes) });
    const b = network.connector().attempt({ initiator: false, onSignal: (bytes) => a.signal(bytes) });
    const ends = await Promise.all([a.opened, b.opened]);
    const closed = ends.map((end) => new Promise<string>((resolve) => end.onClose(resolve)));
    network.cutAll();
    expect(await Promise.all(closed)).toEqual(['the network was cut', 'the network was cut']);
  });
});

describe('loopback signaling', () => {
  const keys = createNobleKeys({ randomness: createSeededRandomness(1) });

  test.each(signalingAcceptance)('$name', async ({ run }) => {
    const signaling = createLoopbackSignaling({ clock });
    signaling.setReachable('ws://dead.test', false);
    await run({
      signaling,
      url: 'ws://alive.test',
      deadUrl: 'ws://dead.test',
      identity: (seed) => keys.fromSeed(new Uint8Array(32).fill(seed)),
      stopServer: async () => signaling.setReachable('ws://alive.test', false),
    });
  });
});

test('a manual clock runs timers in order of time, also those that timers set', async () => {
  const manual = createManualClock();
  const ran: string[] = [];
  manual.schedule(20, () => ran.push('second'));
  manual.schedule(10, () => {
    ran.push('first');
    manual.schedule(5, () => ran.push('between'));
  });
  const cancel = manual.schedule(15, () => ran.push('cancelled'));
  cancel();
  manual.schedule(31, () => ran.push('too late'));
  await manual.advance(30);
  expect(ran).toEqual(['first', 'between', 'second']);
  expect(manual.monotonicMs()).toBe(30);
});
