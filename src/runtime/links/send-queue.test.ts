import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../adapters/loopback/clock.ts';
import type { Priority } from '../../core/overlay/input.ts';
import { decodeMessage, type LinkMessage } from '../../core/wire/link/message.ts';
import type { Connection } from '../../ports/connections.ts';
import { createSendQueue } from './send-queue.ts';

const KIB = 1024;

/** A queue over a connection that passes on only what it is told to. */
function aSlowLink() {
  const clock = createManualClock();
  const held: Uint8Array[] = [];
  const arrived: LinkMessage[] = [];
  const events: string[] = [];
  let onRoom = () => {};
  const bufferedBytes = () => held.reduce((sum, frame) => sum + frame.length, 0);
  const connection: Pick<Connection, 'send' | 'bufferedBytes' | 'onRoom'> = {
    send: (frame) => void held.push(frame),
    bufferedBytes,
    onRoom: (listener) => {
      onRoom = listener;
    },
  };
  const queue = createSendQueue({
    connection: () => connection as Connection,
    clock,
    onCongested: () => events.push('congested'),
    onDrained: () => events.push('drained'),
    onStuck: () => events.push('stuck'),
    onUnsendable: (reason) => events.push(reason),
  });
  const pass = (count: number) => {
    for (const frame of held.splice(0, count)) arrived.push(decodeMessage(frame) as LinkMessage);
    if (held.length === 0) onRoom();
  };
  return {
    queue,
    clock,
    events,
    bufferedBytes,
    push: (name: number, priority: Priority, sizeBytes = 48 * KIB) =>
      queue.send(
        { type: 'push', kind: 'entry', hops: 1, payload: new Uint8Array(sizeBytes).fill(name) },
        priority,
      ),
    pass,
    passAll: () => {
      while (held.length > 0) pass(1);
      return arrived.map((message) => (message.type === 'push' ? message.payload[0] : message.type));
    },
  };
}

describe('what waits for a slow link', () => {
  test('what the other end would refuse is left out and told, and what follows it goes out (W9)', () => {
    const { queue, events, passAll } = aSlowLink();
    queue.send({ type: 'wire-ready', channel: 0 }, 'urgent');
    queue.send({ type: 'join' }, 'normal');
    expect(passAll()).toEqual(['join']);
    expect(events).toEqual(['wire-ready: channel 0 is out of range']);
  });

  test('goes by priority, each in the order in which it was said, and what is urgent overtakes all (G5)', () => {
    const { push, passAll, queue } = aSlowLink();
    queue.send({ type: 'entries', envelopes: [new Uint8Array(100 * KIB)] }, 'normal');
    queue.send({ type: 'entries', envelopes: [new Uint8Array(100 * KIB)] }, 'normal');
    queue.send({ type: 'entries', envelopes: [new Uint8Array(100 * KIB)] }, 'normal');
    push(1, 'background');
    push(2, 'normal');
    push(3, 'normal');
    push(4, 'urgent');
    // What the connection was handed before it was full cannot be overtaken any more.
    expect(passAll()).toEqual(['entries', 4, 2, 3, 1, 'entries', 'entries']);
  });

  test('leaves little with the connection, which nothing overtakes', () => {
    const { push, bufferedBytes } = aSlowLink();
    for (let count = 0; count < 45; count++) push(count, 'normal');
    expect(bufferedBytes()).toBeLessThan(128 * KIB);
  });

  test('is congested once above 512 KiB, and drained below 128 KiB (G5)', () => {
    const { push, events, passAll } = aSlowLink();
    for (let count = 0; count < 45; count++) push(count, 'normal');
    expect(events).toEqual(['congested']);
    passAll();
    expect(events).toEqual(['congested', 'drained']);
  });

  test('a ledger that is reconciled does not count: news go past it, and no bound ends the link (M8)', () => {
    const { queue, events, push, passAll } = aSlowLink();
    const batch = { type: 'entries', envelopes: [new Uint8Array(100 * KIB)] } as const;
    for (let count = 0; count < 400; count++) queue.send(batch, 'normal');
    push(1, 'background');
    expect(events).toEqual([]);
    expect(passAll().indexOf(1)).toBe(1);
  });

  test('goes on when a connection does not say that it has room', async () => {
    const { push, pass, clock, bufferedBytes, passAll } = aSlowLink();
    for (let count = 0; count < 10; count++) push(count, 'normal', 30 * KIB);
    pass(1);
    const before = bufferedBytes();
    await clock.advance(1_000);
    expect(bufferedBytes()).toBeGreaterThan(before);
    expect(passAll()).toHaveLength(10);
  });
});

describe('attack: a neighbour that never reads (M8)', () => {
  test('is given up when it takes nothing for 12 s, however little waits', async () => {
    const { push, clock, events } = aSlowLink();
    for (let count = 0; count < 5; count++) push(count, 'normal');
    await clock.advance(11_000);
    expect(events).toEqual([]);
    await clock.advance(2_000);
    expect(events).toContain('stuck');
  });

  test('one that reads slowly is not', async () => {
    const { push, pass, clock, events } = aSlowLink();
    for (let count = 0; count < 10; count++) push(count, 'normal');
    for (let count = 0; count < 5; count++) {
      await clock.advance(10_000);
      pass(1);
    }
    expect(events).toEqual([]);
  });
});

describe('the end of a link (H12)', () => {
  test('a goodbye waits for nothing but what is urgent; the rest is dropped', () => {
    const { push, queue, passAll } = aSlowLink();
    for (let count = 1; count <= 45; count++) push(count, 'normal');
    push(99, 'urgent');
    queue.end('the node was closed');
    expect(passAll()).toEqual([1, 2, 99, 'goodbye']);
  });

  test('a neighbour that is dropped hears that first (M9)', () => {
    const { push, queue, passAll } = aSlowLink();
    for (let count = 1; count <= 5; count++) push(count, 'normal');
    queue.send({ type: 'disconnect' }, 'normal');
    queue.end('its place went to another');
    expect(passAll()).toEqual([1, 2, 'disconnect', 'goodbye']);
  });
});
