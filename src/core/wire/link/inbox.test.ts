import { expect, test } from 'vitest';
import { createInbox } from './inbox.ts';

const frame = (value: number) => Uint8Array.of(value);

test('what came before a listener is delivered to it in order, then what follows', () => {
  const inbox = createInbox(10);
  const heard: number[] = [];
  inbox.receive(frame(1));
  inbox.receive(frame(2));
  inbox.listen(([value]) => heard.push(value!));
  inbox.receive(frame(3));
  expect(heard).toEqual([1, 2, 3]);
});

test('a listener that hands over in the middle leaves the rest to the next one', () => {
  const inbox = createInbox(10);
  const heard: string[] = [];
  for (const value of [1, 2, 3]) inbox.receive(frame(value));
  inbox.listen(([first]) => {
    heard.push(`first ${first}`);
    inbox.listen(([value]) => heard.push(`second ${value}`));
  });
  expect(heard).toEqual(['first 1', 'second 2', 'second 3']);
});

test('what arrives while a listener works waits its turn', () => {
  const inbox = createInbox(10);
  const heard: number[] = [];
  inbox.listen(([value]) => {
    if (value === 1) inbox.receive(frame(2));
    heard.push(value!);
  });
  inbox.receive(frame(1));
  expect(heard).toEqual([1, 2]);
});

test('without a listener no more than the bound is kept', () => {
  const inbox = createInbox(2);
  expect([frame(1), frame(2), frame(3)].map((bytes) => inbox.receive(bytes))).toEqual([true, true, false]);
});
