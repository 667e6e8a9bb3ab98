import { expect, test } from 'vitest';
import { createLine, type Line } from './line.ts';

/** The part of a data channel that a line looks at. */
function aChannel(line: Line, log: string[], readyState: RTCDataChannelState = 'open') {
  const channel = {
    readyState,
    bufferedAmount: 0,
    bufferedAmountLowThreshold: 1,
    onopen: () => {},
    onbufferedamountlow: () => {},
  };
  line.join(channel as unknown as RTCDataChannel);
  return Object.assign(channel, {
    take: async (name: string, sizeBytes = 65_536) => {
      const turn = line.turn(channel as unknown as RTCDataChannel, sizeBytes);
      if (turn !== undefined) await turn;
      channel.bufferedAmount += sizeBytes;
      log.push(name);
    },
    drain: async () => {
      channel.bufferedAmount = 0;
      channel.onbufferedamountlow();
      await Promise.resolve();
    },
    leave: () => line.leave(channel as unknown as RTCDataChannel),
  });
}

test('one burst of all channels is under way at a time, and they take turns', async () => {
  const line = createLine();
  const order: string[] = [];
  const [a, b] = [aChannel(line, order), aChannel(line, order)];
  await a.take('a1');
  const waiting = [b.take('b1'), a.take('a2'), b.take('b2')];
  await Promise.resolve();
  expect(order).toEqual(['a1']);
  for (const channel of [a, b, a]) await channel.drain();
  await Promise.all(waiting);
  expect(order).toEqual(['a1', 'b1', 'a2', 'b2']);
});

test('small messages share a burst', async () => {
  const line = createLine();
  const order: string[] = [];
  const [a, b] = [aChannel(line, order), aChannel(line, order)];
  await a.take('a1', 30_000);
  await b.take('b1', 30_000);
  const third = a.take('a2', 30_000);
  await Promise.resolve();
  expect(order).toEqual(['a1', 'b1']);
  await b.drain();
  await third;
  expect(order).toEqual(['a1', 'b1', 'a2']);
});

test('a channel that is not open yet waits and holds up nobody', async () => {
  const line = createLine();
  const order: string[] = [];
  const [late, other] = [aChannel(line, order, 'connecting'), aChannel(line, order)];
  const waiting = late.take('late');
  const second = other.take('other');
  other.onopen();
  await second;
  await other.drain();
  late.readyState = 'open';
  late.onopen();
  await waiting;
  expect(order).toEqual(['other', 'late']);
});

test('a channel that leaves in the middle of its message makes room', async () => {
  const line = createLine();
  const order: string[] = [];
  const [gone, other] = [aChannel(line, order), aChannel(line, order)];
  await gone.take('gone');
  const theirs = other.take('other');
  gone.leave();
  await theirs;
  expect(order).toEqual(['gone', 'other']);
});
