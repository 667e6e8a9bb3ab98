import { describe, expect, test, vi } from 'vitest';
import { decodeRelaySignal, encodeRelaySignal } from '../../core/wire/contact/relay.ts';
import { encodeCbor } from '../../core/wire/encoding/cbor.ts';
import { type FleetId, idFromBytes } from '../../core/wire/encoding/ids.ts';
import { connectorAcceptance } from '../../ports/acceptance/connector.ts';
import {
  type AttemptOptions,
  type Connection,
  ConnectionFailed,
  type Connector,
  type RelayPath,
} from '../../ports/connections.ts';
import { authenticateConnection } from '../../runtime/links/authenticate.ts';
import { createLoopbackNetwork } from '../loopback/connector.ts';
import { createNobleKeys } from '../noble/keys.ts';
import { createRelayFallback } from './connector.ts';
import { clock, createMeetingPlace, fallback, randomness, subtle } from './testing/meeting-place.ts';

async function connect(
  connector: Connector,
  change: (signal: Uint8Array, from: 'a' | 'b') => Uint8Array = (signal) => signal,
): Promise<[Connection, Connection]> {
  const options = (from: 'a' | 'b'): AttemptOptions => ({
    initiator: from === 'a',
    onSignal: (bytes) => (from === 'a' ? b : a).signal(change(bytes, from)),
  });
  const a = connector.attempt(options('a'));
  const b = connector.attempt(options('b'));
  return Promise.all([a.opened, b.opened]);
}

describe('a connection over a relay', () => {
  test.each(connectorAcceptance)('$name', async ({ run }) => {
    await run({
      connector: fallback(),
      impatient: fallback({ meetTimeoutMs: 500, offerTimeoutMs: 500 }),
      rung: 'relay',
    });
  });

  test('a write on a line that takes nothing ends with its channel', async () => {
    let isFull = false;
    let looks = 0;
    const place = createMeetingPlace();
    const path: RelayPath = {
      open(...where) {
        const opened = place.open(...where)!;
        const bufferedBytes = () => {
          if (isFull) looks++;
          return isFull ? 1024 * 1024 : 0;
        };
        return { ...opened, socket: { ...opened.socket, bufferedBytes } };
      },
    };
    const [a] = await connect(fallback({}, path));
    const channel = a.openChannel(5);
    isFull = true;
    const writing = channel.write(Uint8Array.of(1));
    await vi.waitUntil(() => looks > 0);
    channel.close();
    await expect(writing).rejects.toBeInstanceOf(ConnectionFailed);
    a.close('done');
  });

  test('is not tried where a direct one opens', async () => {
    const { connector: direct } = createLoopbackNetwork({ clock });
    const [a] = await connect(fallback({ direct: direct(), directPatienceMs: 60_000 }));
    expect((await a.stats()).rung).toBe('lan');
    a.close('done');
  });

  test('is tried at once where the browser has no WebRTC', async () => {
    const direct: Connector = {
      attempt() {
        throw new ReferenceError('RTCPeerConnection is not defined');
      },
    };
    const [a] = await connect(fallback({ direct, directPatienceMs: 60_000 }));
    expect((await a.stats()).rung).toBe('relay');
    a.close('done');
  });

  test('without a server that relays, what the direct way says counts', async () => {
    const direct: Connector = {
      attempt: () => ({
        opened: Promise.reject(new ConnectionFailed('failed', 'no way')),
        signal: () => undefined,
        close: () => undefined,
      }),
    };
    const connector = createRelayFallback({ direct, subtle, clock, randomness });
    const attempt = connector.attempt({ initiator: true, onSignal: () => undefined });
    await expect(attempt.opened).rejects.toMatchObject({ failure: 'failed' });
  });
});

describe('attack: the server that relays (S14, H10)', () => {
  const closeReason = (connection: Connection) =>
    new Promise<string>((resolve) => connection.onClose(resolve));

  test.each<[string, (bytes: Uint8Array, count: number) => readonly Uint8Array[]]>([
    [
      'changes a byte',
      (bytes, count) => [count === 3 ? bytes.map((byte, at) => (at === 5 ? byte ^ 1 : byte)) : bytes],
    ],
    ['leaves a message out', (bytes, count) => (count === 3 ? [] : [bytes])],
    ['repeats a message', (bytes, count) => (count === 3 ? [bytes, bytes] : [bytes])],
    ['puts one in of its own', (bytes, count) => (count === 3 ? [new Uint8Array(64), bytes] : [bytes])],
  ])('%s: the connection ends, and no frame of it is taken', async (_name, tamper) => {
    let count = 0;
    const path = createMeetingPlace((bytes) => tamper(bytes, count++));
    const [a, b] = await connect(fallback({}, path));
    const frames: number[] = [];
    b.onFrame((frame) => frames.push(frame[0]!));
    for (let value = 0; value < 8; value++) a.send(Uint8Array.of(value));
    expect(await closeReason(b)).toContain('did not open');
    expect(frames).toEqual(frames.map((_, index) => index));
    expect(frames.length).toBeLessThan(8);
    a.close('done');
  });

  test('reads nothing of what passes', async () => {
    const seen: Uint8Array[] = [];
    const path = createMeetingPlace((bytes) => {
      seen.push(bytes);
      return [bytes];
    });
    const [a, b] = await connect(fallback({}, path));
    const arrived = new Promise((resolve) => b.onFrame(resolve));
    const secret = new TextEncoder().encode('north gate code 4711');
    a.send(secret);
    await arrived;
    const text = seen.map((bytes) => Buffer.from(bytes).toString('latin1')).join();
    expect(seen.length).toBeGreaterThan(0);
    expect(text).not.toContain('4711');
    a.close('done');
  });

  test('puts keys of its own into the signals: both ends see other fingerprints, and the proofs fail (H5)', async () => {
    const keys = createNobleKeys({ randomness });
    const fleet = idFromBytes<FleetId>(new Uint8Array(32).fill(9));
    const [alice, bob] = await Promise.all(
      [1, 2].map((seed) => keys.fromSeed(new Uint8Array(32).fill(seed))),
    );
    // The server sits at both ends with attempts of its own, and passes every frame on.
    const [[atAlice, atLeft], [atRight, atBob]] = await Promise.all([
      connect(fallback()),
      connect(fallback()),
    ]);
    atLeft.onFrame((frame) => atRight.send(frame));
    atRight.onFrame((frame) => atLeft.send(frame));
    const options = { keys, fleet, randomness, clock };
    const outcomes = await Promise.allSettled([
      authenticateConnection(atAlice, { ...options, identity: alice!, expectedPeer: bob!.id }),
      authenticateConnection(atBob, { ...options, identity: bob!, expectedPeer: alice!.id }),
    ]);
    expect(
      outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.failure : 'proven')),
    ).toEqual(['bad-proof', 'bad-proof']);
  });
});

describe('signals of a relay', () => {
  test('those of WebRTC are none of it', () => {
    expect(decodeRelaySignal(encodeCbor({ type: 'offer', sdp: 'v=0' }))).toBeUndefined();
  });

  test.each([
    ['a key that is no point of the curve', new Uint8Array(65).fill(4)],
    ['the point at infinity', new Uint8Array(65)],
  ])('attack: %s fails the attempt', async (_name, key) => {
    const path = createMeetingPlace();
    const victim = fallback({}, path).attempt({ initiator: false, onSignal: () => undefined });
    const rendezvous = new Uint8Array(16);
    path.open(rendezvous, undefined, () => undefined);
    victim.signal(encodeRelaySignal({ type: 'relay-offer', rendezvous, key, server: 'wss://relay.test' }));
    await expect(victim.opened).rejects.toMatchObject({ failure: 'bad-signal' });
  });
});
