import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createTimerClock } from '../src/adapters/loopback/clock.ts';
import { createNobleKeys } from '../src/adapters/noble/keys.ts';
import { createWebSocketSignaling } from '../src/adapters/websocket/signaling.ts';
import {
  CLOSE_FULL,
  CLOSE_MALFORMED,
  CLOSE_NOT_PROVEN,
  decodeServerMessage,
  encodeClientMessage,
  joinMessage,
  MAX_SIGNALING_MESSAGE_BYTES,
} from '../src/core/wire/contact/signaling.ts';
import { signalingAcceptance } from '../src/ports/acceptance/signaling.ts';
import { createSignalingServer, type SignalingServer } from './server.ts';

const randomness = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
const keys = createNobleKeys({ randomness });
const identity = (seed: number) => keys.fromSeed(new Uint8Array(32).fill(seed));
const signaling = createWebSocketSignaling({
  clock: createTimerClock(),
  WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
});

let http: Server;
let server: SignalingServer;
let url: string;

beforeEach(async () => {
  server = createSignalingServer({ keys, limits: { maxSocketsPerAddress: 8 } });
  http = createServer();
  http.on('upgrade', server.handleUpgrade);
  await new Promise<void>((resolve) => http.listen(0, 'localhost', resolve));
  url = `ws://localhost:${(http.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await server.close();
  http.close();
});

const closed = (socket: WebSocket) =>
  new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
const message = (socket: WebSocket) =>
  new Promise<Uint8Array>((resolve) =>
    socket.once('message', (data: Buffer) => resolve(Uint8Array.from(data))),
  );
const opened = async (to = url, headers: Readonly<Record<string, string>> = {}) => {
  const socket = new WebSocket(to, { headers });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('open', resolve));
  return socket;
};

/** The server is alive when a newcomer is challenged. */
const expectAlive = async () => {
  const socket = new WebSocket(url);
  expect(decodeServerMessage(await message(socket)).type).toBe('challenge');
  socket.terminate();
};

describe('signaling over WebSocket', () => {
  test.each(signalingAcceptance)('$name', async ({ run }) => {
    await run({
      signaling,
      url,
      deadUrl: 'ws://localhost:1',
      identity,
      async stopServer() {
        await server.close();
        await new Promise((resolve) => http.close(resolve));
      },
    });
  });
});

describe('signaling server', () => {
  test.each<[string, (socket: WebSocket) => void, number]>([
    ['a text', (socket) => socket.send('{"type":"join"}'), CLOSE_MALFORMED],
    ['bytes that are no message', (socket) => socket.send(Uint8Array.of(0xff, 1, 2)), CLOSE_MALFORMED],
    ['an empty message', (socket) => socket.send(new Uint8Array()), CLOSE_MALFORMED],
    ['a message too large', (socket) => socket.send(new Uint8Array(MAX_SIGNALING_MESSAGE_BYTES + 1)), 1009],
  ])('attack: %s ends that socket with a code, and the server lives on', async (_name, send, code) => {
    const socket = await opened();
    send(socket);
    expect((await closed(socket)).code).toBe(code);
    await expectAlive();
  });

  test('attack: bytes that are no WebSocket frames, and sockets that vanish in the handshake', async () => {
    const { port } = http.address() as AddressInfo;
    for (const bytes of ['\xff\xff\xff\xff\xff\xff\xff\xff', '']) {
      const raw = connect(port, 'localhost');
      raw.on('error', () => undefined);
      raw.write(
        `GET / HTTP/1.1\r\nHost: localhost:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      );
      raw.write(Buffer.from(bytes, 'latin1'));
      const gone = new Promise((resolve) => raw.once('close', resolve));
      raw.resume();
      if (bytes === '') raw.resetAndDestroy();
      await gone;
    }
    await expectAlive();
  });

  test('attack: a join signed for another server is refused: that one could be passing our challenge on', async () => {
    const socket = new WebSocket(url);
    const challenge = decodeServerMessage(await message(socket));
    if (challenge.type !== 'challenge') throw new Error('no challenge');
    const alice = await identity(1);
    const room = new Uint8Array(16);
    const signature = await alice.sign(joinMessage('hostile.test', challenge.nonce, room));
    socket.send(encodeClientMessage({ type: 'join', room, key: alice.id, signature }));
    expect((await closed(socket)).code).toBe(CLOSE_NOT_PROVEN);
  });

  test('one address holds a bounded number of sockets', async () => {
    const sockets = await Promise.all(Array.from({ length: 8 }, () => opened()));
    const ninth = new WebSocket(url);
    expect((await closed(ninth)).code).toBe(CLOSE_FULL);
    const gone = closed(sockets[0]!);
    sockets[0]!.close();
    await gone;
    await expectAlive();
    for (const socket of sockets) socket.terminate();
  });

  test.each([
    ['many cookies, which it tells the browser to drop', 5000, true],
    ['few cookies, which it leaves alone', 100, false],
  ])('is opened with %s (A20)', async (_name, characters, dropped) => {
    const socket = new WebSocket(url, { headers: { cookie: `a=${'x'.repeat(characters)}` } });
    const upgrade = new Promise<IncomingMessage>((resolve) => socket.once('upgrade', resolve));
    expect((await upgrade).headers['set-cookie']?.includes('a=; Max-Age=0; Path=/; Secure') ?? false).toBe(
      dropped,
    );
    socket.terminate();
  });

  test('closing tells every socket and may be repeated; later sockets are cut', async () => {
    const socket = await opened();
    const told = closed(socket);
    await Promise.all([server.close(), server.close()]);
    expect(await told).toEqual({ code: 1001, reason: 'the server stops' });
    const late = new WebSocket(url);
    await new Promise((resolve) => late.once('error', resolve));
  });
});

describe('signaling/main.ts', () => {
  const run = (...args: string[]) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'signaling/main.ts', ...args]);
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    return {
      child,
      output: () => output,
      exit: new Promise<number | null>((resolve) => child.once('exit', resolve)),
    };
  };

  test('says where it listens, and stops cleanly when it is told to', { timeout: 20_000 }, async () => {
    const { child, output, exit } = run('--port', '0');
    await expect.poll(output, { timeout: 15_000 }).toMatch(/ws:\/\/localhost:\d+/);
    // As many cookies as a browser can send (A20).
    const socket = await opened(/ws:\S+/.exec(output())![0], { cookie: `a=${'x'.repeat(730_000)}` });
    const told = closed(socket);
    child.kill('SIGTERM');
    expect((await told).code).toBe(1001);
    expect(await exit).toBe(0);
  });

  test('a port in use is told in a sentence', { timeout: 20_000 }, async () => {
    const { port } = http.address() as AddressInfo;
    const { output, exit } = run('--port', String(port));
    expect(await exit).toBe(1);
    expect(output()).toContain(`Port ${port} on localhost is in use.`);
    expect(output()).not.toContain('at Server');
  });
});
