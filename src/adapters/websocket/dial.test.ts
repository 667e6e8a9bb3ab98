import { describe, expect, test } from 'vitest';
import { encodeServerMessage } from '../../core/wire/contact/signaling.ts';
import { createManualClock } from '../loopback/clock.ts';
import { dial } from './dial.ts';

/** A socket whose server is the test. */
function aDialedServer() {
  const clock = createManualClock();
  const sent: { readonly atMs: number; readonly bytes: Uint8Array }[] = [];
  const lost: { readonly atMs: number; readonly reason: string }[] = [];
  let fake: WebSocket | undefined;
  class FakeSocket {
    readyState = 1;
    constructor() {
      fake = this as unknown as WebSocket;
    }
    send(bytes: Uint8Array) {
      sent.push({ atMs: clock.monotonicMs(), bytes });
    }
    close() {
      this.readyState = 3;
    }
  }
  const socket = dial({ clock, WebSocket: FakeSocket as unknown as typeof WebSocket }, 'ws://server', {
    onMessage: () => {},
    onLost: (reason) => lost.push({ atMs: clock.monotonicMs(), reason }),
  });
  const say = (data: unknown) => fake!.onmessage?.({ data } as MessageEvent);
  return {
    clock,
    socket,
    sent,
    lost,
    say,
    pong: () => say(encodeServerMessage({ type: 'pong' }).slice().buffer),
  };
}

describe('a server that falls silent (S9)', () => {
  test('is given up 60 s after it was last heard, having been asked twice', async () => {
    const { clock, socket, sent, lost } = aDialedServer();
    socket.settled();
    await clock.advance(120_000);
    expect(sent.filter(({ atMs }) => atMs < 60_000).map(({ atMs }) => atMs)).toEqual([25_000, 50_000]);
    expect(lost).toEqual([{ atMs: 60_000, reason: 'the server said nothing for 60000 ms' }]);
  });

  test('is kept for as long as it answers', async () => {
    const { clock, socket, lost, pong } = aDialedServer();
    socket.settled();
    for (let minute = 0; minute < 10; minute++) {
      await clock.advance(59_999);
      pong();
    }
    expect(lost).toEqual([]);
    await clock.advance(60_000);
    expect(lost).toHaveLength(1);
  });

  test('is given up after 10 s when it never took the join', async () => {
    const { clock, lost } = aDialedServer();
    await clock.advance(10_000);
    expect(lost).toEqual([{ atMs: 10_000, reason: 'no answer within 10000 ms' }]);
  });
});

test.each([
  ['a text', 'hello', /a text/],
  ['a malformed message', new Uint8Array([0xff]).buffer, /malformed/],
  ['too large a message', new ArrayBuffer(20_000), /too large/],
])('a server that sends %s is left, once', (_, data, words) => {
  const { say, lost } = aDialedServer();
  say(data);
  say(data);
  expect(lost).toHaveLength(1);
  expect(lost[0]?.reason).toMatch(words);
});
