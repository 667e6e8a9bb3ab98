import { webcrypto } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createManualClock, createTimerClock } from '../src/adapters/loopback/clock.ts';
import { createNobleKeys } from '../src/adapters/noble/keys.ts';
import { createRelayFallback } from '../src/adapters/relay/connector.ts';
import { createWebSocketSignaling } from '../src/adapters/websocket/signaling.ts';
import {
  decodeServerMessage,
  encodeClientMessage,
  relayMessage,
} from '../src/core/wire/contact/signaling.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Connection, Connector, RelayPath } from '../src/ports/connections.ts';
import type { RelayLimits } from './relay-budget.ts';
import { createSignalingServer, type SignalingServer } from './server.ts';

const randomness = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
const keys = createNobleKeys({ randomness });
const clock: Clock = createTimerClock();
const signaling = createWebSocketSignaling({
  clock,
  WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
});
const room = new Uint8Array(16).fill(1);
/** As where no UDP passes and no TURN server is. */
const unreachable: Connector = {
  attempt: () => ({
    opened: new Promise(() => undefined),
    signal: () => undefined,
    close: () => undefined,
  }),
};

let http: Server;
let server: SignalingServer;
let url: string;

const start = async (
  relayLimits: Partial<RelayLimits> = {},
  serverClock: Pick<Clock, 'monotonicMs' | 'schedule'> = clock,
) => {
  server = createSignalingServer({ keys, relayLimits, clock: serverClock });
  http = createServer();
  http.on('upgrade', server.handleUpgrade);
  await new Promise<void>((resolve) => http.listen(0, 'localhost', resolve));
  url = `ws://localhost:${(http.address() as AddressInfo).port}`;
};

beforeEach(() => start());
afterEach(async () => {
  await server.close();
  http.close();
});

/** Joins as the node of that seed; its attempts relay through this server. */
async function nodeAt(seed: number): Promise<Connector> {
  const self = await keys.fromSeed(new Uint8Array(32).fill(seed));
  const joined = await new Promise<ReturnType<typeof signaling.join>>((resolve) => {
    const entered = signaling.join(url, room, self, (event) => {
      if (event.type === 'signaling-joined') resolve(entered);
    });
  });
  const relay: RelayPath = {
    open: (rendezvous, _server, onEvent) => ({ server: url, socket: joined.openRelay(rendezvous, onEvent) }),
  };
  const connector = createRelayFallback({
    direct: unreachable,
    subtle: webcrypto.subtle as SubtleCrypto,
    clock,
    randomness,
    directPatienceMs: 0,
  });
  return { attempt: (options) => connector.attempt({ ...options, relay }) };
}

async function connect(): Promise<[Connection, Connection]> {
  const [one, two] = [await nodeAt(1), await nodeAt(2)];
  const a = one.attempt({ initiator: true, onSignal: (bytes) => b.signal(bytes) });
  const b = two.attempt({ initiator: false, onSignal: (bytes) => a.signal(bytes) });
  return Promise.all([a.opened, b.opened]);
}

/** Resolves when all of it has come; `received` tells how much has so far. */
function carry(
  from: Connection,
  to: Connection,
  sizeBytes: number,
): { readonly all: Promise<void>; readonly received: () => number } {
  const [out, into] = [from.openChannel(1), to.openChannel(1)];
  let receivedBytes = 0;
  const came = new Promise<void>((resolve) =>
    into.onBytes((bytes) => {
      receivedBytes += bytes.length;
      if (receivedBytes >= sizeBytes) resolve();
    }),
  );
  const all = out.write(new Uint8Array(sizeBytes)).then(() => came);
  return { all, received: () => receivedBytes };
}

describe('a relayed connection over the real server (S13 to S15)', () => {
  test('carries bulk bytes, goes on when both rooms are gone, and tells its round trip', async () => {
    const [a, b] = await connect();
    await carry(a, b, 512 * 1024).all;
    await expect.poll(async () => (await a.stats()).roundTripMs).toBeGreaterThan(0);
    expect((await b.stats()).bytesReceived).toBeGreaterThan(512 * 1024);
    a.close('done');
    await new Promise<string>((resolve) => b.onClose(resolve));
  });

  test('a sender over the rate is held back until its time has passed, and loses nothing (S14)', async () => {
    const KIB = 1024;
    await server.close();
    http.close();
    const time = createManualClock();
    let paused = 0;
    const serverClock = {
      monotonicMs: time.monotonicMs,
      schedule: (delayMs: number, run: () => void) => {
        paused += 1;
        const cancel = time.schedule(delayMs, () => {
          paused -= 1;
          run();
        });
        return () => {
          paused -= 1;
          cancel();
        };
      },
    };
    await start({ nodeBytesPerSecond: 512 * KIB, burstSeconds: 0.25 }, serverClock);
    const [a, b] = await connect();
    const sizeBytes = 640 * KIB;
    const { all, received } = carry(a, b, sizeBytes);
    let done = false;
    void all.then(() => {
      done = true;
    });
    while (!done) {
      // No time passes by itself: it is not read from any more until somebody moves the clock.
      await expect.poll(() => done || paused > 0).toBe(true);
      const allowedBytes = (128 + (512 * time.monotonicMs()) / 1000) * KIB;
      // What it has read when it is told to pause goes through: one read of a socket.
      expect(received()).toBeLessThanOrEqual(allowedBytes + 64 * KIB);
      await time.advance(100);
    }
    expect(time.monotonicMs()).toBeGreaterThan(800);
    a.close('done');
  });

  test('the end of the server ends the connection, with the reason', async () => {
    const [a] = await connect();
    const told = new Promise<string>((resolve) => a.onClose(resolve));
    await server.close();
    expect(await told).toContain('the relay ended');
  });

  test('attack: a relay signed for another rendezvous is refused (S13)', async () => {
    const socket = new WebSocket(url);
    const challenge = await new Promise<Uint8Array>((resolve) =>
      socket.once('message', (data: Buffer) => resolve(Uint8Array.from(data))),
    );
    const read = decodeServerMessage(challenge);
    if (read.type !== 'challenge') throw new Error('no challenge');
    const alice = await keys.fromSeed(new Uint8Array(32).fill(1));
    const rendezvous = new Uint8Array(16).fill(2);
    const signed = relayMessage(new URL(url).host, read.nonce, room, new Uint8Array(16).fill(3));
    const signature = await alice.sign(signed);
    socket.send(encodeClientMessage({ type: 'relay', room, key: alice.id, rendezvous, signature }));
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(4401);
  });
});
