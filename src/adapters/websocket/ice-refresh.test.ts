import { describe, expect, test } from 'vitest';
import type { IceGrant } from '../../core/wire/contact/ice-server.ts';
import {
  decodeClientMessage,
  encodeServerMessage,
  type ServerMessage,
} from '../../core/wire/contact/signaling.ts';
import type { SignalingEvent } from '../../ports/signaling.ts';
import { createManualClock } from '../loopback/clock.ts';
import { createNobleKeys } from '../noble/keys.ts';
import { createWebSocketSignaling } from './signaling.ts';

const MINUTE_MS = 60_000;
const ice = (lifeMs: number | undefined): IceGrant => ({
  servers: [{ type: 'turn', url: 'turn:a.test', username: 'u', credential: 'c' }],
  lifeMs,
});

/** A member of a room whose server is the test. */
async function aMember(lifeMs: number | undefined) {
  const clock = createManualClock();
  const asked: number[] = [];
  const events: SignalingEvent[] = [];
  let fake: WebSocket | undefined;
  class FakeSocket {
    readyState = 1;
    constructor() {
      fake = this as unknown as WebSocket;
    }
    send(bytes: Uint8Array) {
      if (decodeClientMessage(bytes).type === 'ice') asked.push(clock.monotonicMs());
      // Whatever is heard keeps the server from being given up.
      say({ type: 'pong' });
    }
    close() {
      this.readyState = 3;
    }
  }
  const say = (message: ServerMessage) =>
    fake!.onmessage?.({ data: encodeServerMessage(message).slice().buffer } as MessageEvent);
  const keys = createNobleKeys({ randomness: { bytes: (count) => new Uint8Array(count).fill(1) } });
  const signaling = createWebSocketSignaling({
    clock,
    WebSocket: FakeSocket as unknown as typeof WebSocket,
  });
  const self = await keys.fromSeed(new Uint8Array(32).fill(1));
  const room = signaling.join('ws://server', new Uint8Array(16), self, (event) => events.push(event));
  say({ type: 'joined', present: [], ice: ice(lifeMs) });
  return { clock, asked, events, room, say };
}

describe('credentials of TURN servers (S11)', () => {
  test('are asked for anew after three quarters of their life, again and again', async () => {
    const { clock, asked, events, say } = await aMember(60 * MINUTE_MS);
    await clock.advance(45 * MINUTE_MS);
    expect(asked).toEqual([45 * MINUTE_MS]);
    say({ type: 'ice', ice: ice(20 * MINUTE_MS) });
    expect(events.at(-1)).toEqual({ type: 'ice-granted', ice: ice(20 * MINUTE_MS) });
    await clock.advance(15 * MINUTE_MS);
    expect(asked).toEqual([45 * MINUTE_MS, 60 * MINUTE_MS]);
  });

  test('attack: credentials that end at once are asked for every 30 s and not more often', async () => {
    const { clock, asked, say } = await aMember(0);
    for (let time = 0; time < 4; time++) {
      await clock.advance(30_000);
      say({ type: 'ice', ice: ice(0) });
    }
    expect(asked).toEqual([30_000, 60_000, 90_000, 120_000]);
  });

  test('are not asked for where nothing ends, nor after the room is closed', async () => {
    const endless = await aMember(undefined);
    await endless.clock.advance(90 * MINUTE_MS);
    expect(endless.asked).toEqual([]);
    const closed = await aMember(60 * MINUTE_MS);
    closed.room.close();
    await closed.clock.advance(60 * MINUTE_MS);
    expect(closed.asked).toEqual([]);
  });
});
