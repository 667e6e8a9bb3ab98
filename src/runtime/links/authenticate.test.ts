import { beforeAll, describe, expect, test } from 'vitest';
import { createTimerClock } from '../../adapters/loopback/clock.ts';
import { createLoopbackNetwork } from '../../adapters/loopback/connector.ts';
import { createNobleKeys } from '../../adapters/noble/keys.ts';
import { encodeCbor } from '../../core/wire/encoding/cbor.ts';
import { bytesOfId, type FleetId, idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import { MAX_FRAME_BYTES } from '../../core/wire/encoding/limits.ts';
import {
  decodeHandshakeFrame,
  encodeHello,
  encodeProof,
  proofMessage,
} from '../../core/wire/link/handshake.ts';
import type { Connection } from '../../ports/connections.ts';
import type { Identity } from '../../ports/keys.ts';
import {
  type AuthenticationFailed,
  type AuthenticationOptions,
  authenticateConnection,
} from './authenticate.ts';

const clock = createTimerClock();
const randomness = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
const keys = createNobleKeys({ randomness });
const fleet = idFromBytes<FleetId>(new Uint8Array(32).fill(1));
const otherFleet = idFromBytes<FleetId>(new Uint8Array(32).fill(2));
let alice: Identity;
let bob: Identity;

beforeAll(async () => {
  alice = await keys.fromSeed(new Uint8Array(32).fill(3));
  bob = await keys.fromSeed(new Uint8Array(32).fill(4));
});

const prove = (connection: Connection, identity: Identity, options: Partial<AuthenticationOptions> = {}) =>
  authenticateConnection(connection, { identity, keys, fleet, randomness, clock, ...options });

/** An open connection: the initiator's end first. */
async function connect(network = createLoopbackNetwork({ clock })): Promise<[Connection, Connection]> {
  const connector = network.connector();
  const a = connector.attempt({ initiator: true, onSignal: (signal) => b.signal(signal) });
  const b = connector.attempt({ initiator: false, onSignal: (signal) => a.signal(signal) });
  return Promise.all([a.opened, b.opened]);
}

const failureOf = async (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'authenticated',
    (error: AuthenticationFailed) => error.failure,
  );

const closed = (connection: Connection) =>
  new Promise<string>((resolve) => connection.onClose((reason) => resolve(reason)));

/** The next frame, taken like any listener takes it. */
const nextFrame = (connection: Connection) =>
  new Promise<Uint8Array>((resolve) =>
    connection.onFrame((frame) => {
      connection.onFrame(undefined);
      resolve(frame);
    }),
  );

describe('link handshake (H1 to H8)', () => {
  test('two members of a fleet prove their keys to each other (H1 to H4)', async () => {
    const [a, b] = await connect();
    const [atAlice, atBob] = await Promise.all([
      prove(a, alice, { expectedPeer: bob.id }),
      prove(b, bob, { expectedPeer: alice.id }),
    ]);
    expect(atAlice.peer).toBe(bob.id);
    expect(atBob.peer).toBe(alice.id);
  });

  test('who was told the nonce of the other end sends its proof before any hello came (H3)', async () => {
    const [a, b] = await connect();
    const [nonceA, nonceB] = [randomness.bytes(32), randomness.bytes(32)];
    const atAlice = prove(a, alice, { expectedPeer: bob.id, nonce: nonceA, announcedNonce: nonceB });
    expect(decodeHandshakeFrame(await nextFrame(b)).type).toBe('hello');
    expect(decodeHandshakeFrame(await nextFrame(b)).type).toBe('proof');
    b.close('seen');
    expect(await failureOf(atAlice)).toBe('closed');

    const [c, d] = await connect();
    const [atC, atD] = await Promise.all([
      prove(c, alice, { expectedPeer: bob.id, nonce: nonceA, announcedNonce: nonceB }),
      // The other end's signals were slower: it waits for the hello.
      prove(d, bob, { expectedPeer: alice.id, nonce: nonceB }),
    ]);
    expect([atC.peer, atD.peer]).toEqual([bob.id, alice.id]);
    expect(atC.name).toEqual(atD.name);
  });

  test('attack: a server changes the nonce that the signals name (H3)', async () => {
    const [a, b] = await connect();
    const nonce = randomness.bytes(32);
    const atAlice = prove(a, alice, { expectedPeer: bob.id, announcedNonce: randomness.bytes(32) });
    const atBob = prove(b, bob, { expectedPeer: alice.id, nonce });
    expect(await failureOf(atAlice)).toBe('bad-proof');
    expect(['bad-proof', 'closed']).toContain(await failureOf(atBob));
  });

  test('frames right behind the proof wait for the listener of the link, in order (H7)', async () => {
    const [a, b] = await connect();
    const atAlice = prove(a, alice).then(() => {
      for (const value of [1, 2, 3]) a.send(Uint8Array.of(value));
    });
    await Promise.all([atAlice, prove(b, bob)]);
    const { bytesSent } = await a.stats();
    await expect.poll(async () => (await b.stats()).bytesReceived).toBe(bytesSent);
    const received: number[] = [];
    await new Promise<void>((resolve) =>
      b.onFrame((frame) => {
        received.push(frame[0]!);
        if (received.length === 3) resolve();
      }),
    );
    expect(received).toEqual([1, 2, 3]);
  });

  test('attack: a lying signaling server puts itself between two nodes and passes every frame on', async () => {
    const network = createLoopbackNetwork({ clock });
    const [a, middleA] = await connect(network);
    const [middleB, b] = await connect(network);
    middleA.onFrame((frame) => middleB.send(frame));
    middleB.onFrame((frame) => middleA.send(frame));
    const atAlice = prove(a, alice);
    const atBob = prove(b, bob);
    expect(await failureOf(atAlice)).toBe('bad-proof');
    // Whichever end finds out first closes; the other sees that, or finds out itself.
    expect(['bad-proof', 'closed']).toContain(
      await failureOf(Promise.race([atBob, closed(middleB).then(() => atBob)])),
    );
  });

  test('attack: hello and proof are reflected to who sent them', async () => {
    const [a, mirror] = await connect();
    mirror.onFrame((frame) => mirror.send(frame));
    expect(await failureOf(prove(a, alice))).toBe('own-key');
    await closed(mirror);
  });

  test('attack: the own proof is sent back under another key', async () => {
    const [a, mallory] = await connect();
    const atAlice = prove(a, alice);
    await nextFrame(mallory);
    mallory.send(encodeHello({ fleet, key: bob.id, nonce: new Uint8Array(32) }));
    mallory.send(await nextFrame(mallory));
    expect(await failureOf(atAlice)).toBe('bad-proof');
  });

  test('attack: hello and proof recorded on one connection are replayed on another', async () => {
    const recorded: Uint8Array[] = [];
    const [a, b] = await connect();
    const taped: Connection = {
      ...b,
      localFingerprint: b.localFingerprint,
      send(frame) {
        recorded.push(frame.slice());
        b.send(frame);
      },
    };
    await Promise.all([prove(a, alice), prove(taped, bob)]);
    expect(recorded).toHaveLength(2);

    const [again, mallory] = await connect();
    const atAlice = prove(again, alice);
    for (const frame of recorded) mallory.send(frame);
    expect(await failureOf(atAlice)).toBe('bad-proof');
  });

  test('attack: a proof for another certificate than the one of this connection', async () => {
    const [a, mallory] = await connect();
    const atAlice = prove(a, alice);
    const frame = decodeHandshakeFrame(await nextFrame(mallory));
    if (frame.type !== 'hello') throw new Error('expected a hello');
    const hello = { fleet, key: bob.id, nonce: new Uint8Array(32) };
    mallory.send(encodeHello(hello));
    const message = proofMessage(
      'responder',
      { hello: frame.hello, fingerprint: mallory.remoteFingerprint },
      { hello, fingerprint: new Uint8Array(32).fill(9) },
      encodeHello(hello),
    );
    mallory.send(encodeProof(await bob.sign(message)));
    expect(await failureOf(atAlice)).toBe('bad-proof');
  });

  test('each end learns what the other names beyond the base, known here or not (H14)', async () => {
    for (const announced of [false, true]) {
      const [a, b] = await connect();
      const [nonceA, nonceB] = [randomness.bytes(32), randomness.bytes(32)];
      const [atAlice, atBob] = await Promise.all([
        prove(a, alice, {
          expectedPeer: bob.id,
          nonce: nonceA,
          features: ['patches', 'time-travel'],
          ...(announced && { announcedNonce: nonceB }),
        }),
        prove(b, bob, {
          expectedPeer: alice.id,
          nonce: nonceB,
          ...(announced && { announcedNonce: nonceA }),
        }),
      ]);
      expect(atBob.features).toEqual(['patches', 'time-travel']);
      expect(atAlice.features).toEqual([]);
    }
  });

  test('attack: somebody in between strips, adds or changes names, so that two nodes speak less or else than they know (H14)', async () => {
    for (const features of [undefined, ['patches'], ['patches', 'time-travel', 'worse']]) {
      const [a, b] = await connect();
      const changed: Connection = {
        ...b,
        onFrame: (listener) =>
          b.onFrame(
            listener &&
              ((bytes) => {
                const frame = decodeHandshakeFrame(bytes);
                if (frame.type !== 'hello') return listener(bytes);
                const { features: _, ...hello } = frame.hello;
                listener(encodeHello({ ...hello, ...(features && { features }) }));
              }),
          ),
      };
      const atAlice = prove(a, alice, { features: ['patches', 'time-travel'] });
      expect(await failureOf(prove(changed, bob))).toBe('bad-proof');
      await atAlice.catch(() => {});
    }
  });

  test('the hello of a later 1.x may have more fields, which its proof covers too (H1, H14)', async () => {
    const [a, b] = await connect();
    const atAlice = prove(a, alice);
    const heard = decodeHandshakeFrame(await nextFrame(b));
    if (heard.type !== 'hello') throw new Error('expected a hello');
    const hello = { fleet, key: bob.id, nonce: new Uint8Array(32) };
    const frame = encodeCbor({
      type: 'hello',
      version: 1,
      fleet: bytesOfId(fleet),
      key: bytesOfId(bob.id),
      nonce: hello.nonce,
      features: ['time-travel'],
      epoch: { since: 1 },
    });
    b.send(frame);
    const message = proofMessage(
      'responder',
      { hello: heard.hello, fingerprint: b.remoteFingerprint },
      { hello, fingerprint: b.localFingerprint },
      frame,
    );
    b.send(encodeProof(await bob.sign(message)));
    expect(await atAlice).toMatchObject({ peer: bob.id, features: ['time-travel'] });
  });

  test('a node connected to itself notices', async () => {
    const [a, b] = await connect();
    const outcomes = await Promise.all([failureOf(prove(a, alice)), failureOf(prove(b, alice))]);
    expect(outcomes).toContain('own-key');
    expect(outcomes).not.toContain('authenticated');
  });

  test('a node of another fleet is refused before anything is signed', async () => {
    const [a, b] = await connect();
    let signed = 0;
    const counting: Identity = {
      id: alice.id,
      sign(message) {
        signed += 1;
        return alice.sign(message);
      },
    };
    const [atAlice] = await Promise.all([
      failureOf(prove(a, counting)),
      failureOf(prove(b, bob, { fleet: otherFleet })),
    ]);
    expect(atAlice).toBe('other-fleet');
    expect(signed).toBe(0);
  });

  test('attack: the signaling server introduces another member than the one it named', async () => {
    const [a, b] = await connect();
    const carol = idFromBytes<NodeId>(new Uint8Array(32).fill(0x55));
    const atBob = failureOf(prove(b, bob));
    expect(await failureOf(prove(a, alice, { expectedPeer: carol }))).toBe('unexpected-peer');
    expect(await atBob).toBe('closed');
  });

  test('attack: a key of small order, under which anyone can sign', async () => {
    const [a, mallory] = await connect();
    const atAlice = prove(a, alice);
    const weak = new Uint8Array(32);
    weak[0] = 1;
    mallory.send(encodeHello({ fleet, key: idFromBytes<NodeId>(weak), nonce: new Uint8Array(32) }));
    expect(await failureOf(atAlice)).toBe('weak-key');
  });

  test.each<[string, (hello: Uint8Array) => Uint8Array[]]>([
    ['nonsense', () => [Uint8Array.of(0xff, 0xff)]],
    ['nothing', () => [new Uint8Array()]],
    ['a frame of full size', () => [new Uint8Array(MAX_FRAME_BYTES)]],
    ['a proof before the hello', () => [encodeProof(new Uint8Array(64))]],
    ['two hellos', (hello) => [hello, hello]],
  ])('attack: %s instead of the handshake closes the connection', async (_name, frames) => {
    const [a, mallory] = await connect();
    const atAlice = prove(a, alice);
    for (const frame of frames(encodeHello({ fleet, key: bob.id, nonce: new Uint8Array(32) })))
      mallory.send(frame);
    expect(await failureOf(atAlice)).toBe('malformed');
    await closed(a);
  });

  test('a silent peer is given up in time, and a closed one at once', async () => {
    const [a] = await connect();
    expect(await failureOf(prove(a, alice, { timeoutMs: 20 }))).toBe('timed-out');
    const [b, other] = await connect();
    const atBob = prove(b, bob);
    other.close('gone');
    expect(await failureOf(atBob)).toBe('closed');
  });

  test('another version of the protocol is named as such', async () => {
    const [a, other] = await connect();
    const atAlice = prove(a, alice);
    other.send(encodeCbor({ type: 'hello', version: 2, news: bytesOfId(fleet) }));
    expect(await failureOf(atAlice)).toBe('other-version');
  });
});
