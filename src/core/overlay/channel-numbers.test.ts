import { expect, test } from 'vitest';
import { MAX_CHANNEL } from '../wire/link/message.ts';
import { type ChannelNumbers, createChannelNumbers } from './channel-numbers.ts';

/** All numbers are taken, so that only those that are free again can be. */
function allTaken(): ChannelNumbers {
  const numbers = createChannelNumbers();
  for (let channel = 1; channel <= MAX_CHANNEL; channel++)
    expect(numbers.take()).toEqual({ channel, made: false });
  expect(numbers.take()).toBeUndefined();
  return numbers;
}

test('a number is used again when its offer was answered and both ends are done with it, and not before (B5)', () => {
  const numbers = allTaken();
  numbers.accepted(5);
  numbers.closed(5);
  expect(numbers.take()).toBeUndefined();
  numbers.gone(5);
  expect(numbers.take()).toEqual({ channel: 5, made: false });
});

test('one whose channel is gone waits for the answer, which would be taken for the next one’s (B5)', () => {
  const numbers = allTaken();
  numbers.closed(7);
  numbers.gone(7);
  expect(numbers.take()).toBeUndefined();
  numbers.declined(7);
  expect(numbers.take()).toEqual({ channel: 7, made: false });
});

test('the one that has been free for longest comes first (B5)', () => {
  const numbers = allTaken();
  for (const channel of [9, 3, 6]) {
    numbers.accepted(channel);
    numbers.closed(channel);
  }
  for (const channel of [6, 9, 3]) numbers.gone(channel);
  expect([numbers.take(), numbers.take(), numbers.take()].map((taken) => taken?.channel)).toEqual([6, 9, 3]);
});

test('a channel whose offer was declined serves the next, until this end of it closes (B5)', () => {
  const numbers = allTaken();
  numbers.declined(4);
  expect(numbers.take()).toEqual({ channel: 4, made: true });
  numbers.declined(4);
  numbers.closed(4);
  expect(numbers.take()).toBeUndefined();
  numbers.gone(4);
  expect(numbers.take()).toEqual({ channel: 4, made: false });
});

test('an answer that comes twice frees nothing', () => {
  const numbers = allTaken();
  numbers.accepted(8);
  numbers.declined(8);
  expect(numbers.take()).toBeUndefined();
});
