import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../adapters/loopback/clock.ts';
import { at } from '../core/time/testing/at.ts';
import { NO_ICE_GRANT } from '../core/wire/contact/ice-server.ts';
import { decodeSignalFrame, encodeSignalFrame } from '../core/wire/contact/signal-frame.ts';
import { concatBytes, encodeCbor } from '../core/wire/encoding/cbor.ts';
import { bytesOfId, idFromBytes, type NodeId } from '../core/wire/encoding/ids.ts';
import { encodeMessage, type LinkMessage } from '../core/wire/link/message.ts';
import { until } from '../ports/acceptance/acceptance-case.ts';
import type { ConnectionAttempt } from '../ports/connections.ts';
import type { Identity } from '../ports/keys.ts';
import type { Signaling, SignalingEvent } from '../ports/signaling.ts';
import { type NodeRuntime, type RuntimeEvent, startNode } from './node-runtime.ts';
import { setConfig } from './operator/actions.ts';
import { carry, createPeople, type People } from './operator/testing/people.ts';
import type { RuntimePorts } from './runtime-ports.ts';
import { countAttempts } from './testing/count-attempts.ts';
import { createRawNeighbour, type RawNeighbour } from './testing/raw-neighbour.ts';

const URL = 'wss://one.test';
/** Strikes that ban (M7). */
const STRIKES = 8;

let people: People;
let roomId: Uint8Array;
let closing: (() => void | Promise<void>)[];

beforeEach(async () => {
  people = await createPeople();
  const domain = new TextEncoder().encode('fieldfare room 1\0');
  roomId = (await people.keys.sha256(concatBytes([domain, bytesOfId(people.fleet)]))).slice(0, 16);
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  await people.close();
});

interface Victim {
  readonly runtime: NodeRuntime;
  readonly events: readonly RuntimeEvent[];
  readonly ports: RuntimePorts;
  readonly identity: Identity;
}

let seeds = 100;
const nextIdentity = () => people.keys.fromSeed(new Uint8Array(32).fill(seeds++));

async function startVictim(ports = people.ports(), known?: Identity): Promise<Victim> {
  const identity = known ?? (await nextIdentity());
  const runtime = await startNode(ports, {
    fleet: people.fleet,
    identity,
    signalingUrls: [URL],
    watchedSites: 'all',
    frame: undefined,
  });
  const events: RuntimeEvent[] = [];
  runtime.subscribe((event) => events.push(event));
  closing.push(runtime.close);
  await carry(people.ada, runtime);
  return { runtime, events, ports, identity };
}

/** A neighbour of the victim that writes config and passes it on; ready once it is linked. */
async function startHonest(victim: Victim): Promise<NodeRuntime> {
  const honest = await people.invite(people.ada, 'Bo');
  const seed = new Uint8Array(32).fill(seeds++);
  const runtime = await startNode(people.ports(), {
    fleet: people.fleet,
    identity: await people.keys.fromSeed(seed),
    signalingUrls: [URL],
    watchedSites: 'all',
    frame: undefined,
  });
  closing.push(runtime.close);
  await carry(honest, runtime);
  await until(() => victim.runtime.node.links.has(runtime.identity.id), 'the honest link');
  return runtime;
}

/** A change that Ada signs reaches the victim by way of its honest neighbour. */
async function itemArrives(victim: Victim, honest: NodeRuntime): Promise<void> {
  const id = await setConfig(people.ada, { scope: { type: 'fleet' }, key: 'volume', value: 11 });
  await honest.submit(people.ada.node.ledger.envelope(id)!);
  await until(() => victim.runtime.node.ledger.knows(id), 'an item of an honest neighbour');
}

async function startMallory(known?: Identity): Promise<RawNeighbour> {
  const mallory = createRawNeighbour({
    ports: people.ports(),
    identity: known ?? (await nextIdentity()),
    fleet: people.fleet,
    url: URL,
    room: roomId,
  });
  closing.push(mallory.close);
  return mallory;
}

const bansOf = ({ runtime }: Victim) => runtime.node.bans.inForce(at(0));

/** Nested one deeper than a decoder goes (W2). */
const deep = () => concatBytes([new Uint8Array(13).fill(0x81), Uint8Array.of(0)]);

describe('attack: garbage on the control channel ends in a ban (M7)', () => {
  test.each<readonly [string, () => Uint8Array, RegExp]>([
    ['bytes that are no CBOR', () => Uint8Array.of(0xff, 0xff), /./],
    ['a type that is no name', () => encodeCbor(['A, B']), /type of a message/],
    ['nesting without end', deep, /deep/],
    ['a list that claims 2^32 items', () => Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff), /./],
    ['a list of 100,000 nothings', () => encodeCbor(Array.from({ length: 100_000 }, () => 0)), /./],
    [
      'announcements of more items than a frame may have (G2)',
      () =>
        encodeCbor(['ihave', 'fleet', true, Array.from({ length: 1_025 }, () => [new Uint8Array(32), 0])]),
      /1024|items/,
    ],
    [
      'an envelope that is none',
      () => encodeMessage({ type: 'entries', envelopes: [Uint8Array.of(1, 2, 3)] }),
      /./,
    ],
    [
      'a statement that is none',
      () => encodeMessage({ type: 'statements', statements: [Uint8Array.of(1, 2, 3)] }),
      /./,
    ],
    [
      'a walk that does not end at who sent it (M10)',
      () => encodeMessage({ type: 'shuffle', path: [people.ada.identity.id], nodes: [] }),
      /path does not end/,
    ],
  ])('%s', async (_, frame, reason) => {
    const victim = await startVictim();
    const honest = await startHonest(victim);
    const mallory = await startMallory();
    const connection = await mallory.link(victim.runtime.identity.id);
    const garbage = frame();
    for (let count = 0; count < 1_000; count++) connection.send(garbage);
    await until(() => bansOf(victim).length === 1, 'the ban');
    expect(bansOf(victim)).toMatchObject([{ peer: mallory.id, reason: expect.stringMatching(reason) }]);
    // The other 992 are not even read.
    const refusals = victim.events.filter(({ type }) => type === 'peer-refused');
    expect(refusals).toHaveLength(STRIKES);
    await until(() => mallory.ends.length === 1, 'the goodbye');
    await itemArrives(victim, honest);
  });
});

describe('attack: floods of junk that is well-formed', () => {
  const told = (message: LinkMessage) => () => encodeMessage(message);
  test.each<readonly [string, () => Uint8Array]>([
    ['prunes', told({ type: 'prune', topic: 'fleet' })],
    ['refusals of wires', told({ type: 'wire-declined', channel: 1 })],
    ['announcements of nothing', told({ type: 'ihave', topic: 'fleet', pushed: true, items: [] })],
    ['holdings', told({ type: 'holdings', bundles: [] })],
    ['messages of a later version (W11)', () => encodeCbor(['rumour', 1])],
  ])(
    '10,000 %s at once: the link ends with a strike, the eighth with a ban (M13)',
    async (_, encoded) => {
      const victim = await startVictim();
      const honest = await startHonest(victim);
      const mallory = await startMallory();
      const frame = encoded();
      for (let round = 1; round <= STRIKES; round++) {
        const connection = await mallory.link(victim.runtime.identity.id);
        for (let count = 0; count < 10_000; count++) connection.send(frame);
        if (round === 1) await itemArrives(victim, honest);
        await until(() => mallory.ends.length === round, 'the end of the link');
      }
      expect(bansOf(victim)).toMatchObject([
        { peer: mallory.id, reason: 'it sends more that says nothing new than any honest node does' },
      ]);
      expect(victim.events.filter(({ type }) => type === 'peer-refused')).toHaveLength(STRIKES);
      expect(victim.runtime.node.links.has(honest.identity.id)).toBe(true);
    },
    60_000,
  );
});

describe('a node that was banned (M12)', () => {
  const misbehave = async (victim: Victim, mallory: RawNeighbour) => {
    const connection = await mallory.link(victim.runtime.identity.id);
    for (let count = 0; count < STRIKES; count++) connection.send(encodeCbor(['wire-ready', 0]));
    await until(() => bansOf(victim).length === 1, 'the ban');
  };
  const isKept = (victim: Victim) =>
    expect.poll(() => victim.ports.places[0]!.get(`bans/${people.fleet}`), { timeout: 5_000 }).toBeDefined();
  const present = (peer: NodeId) => (event: RuntimeEvent) =>
    event.type === 'neighbor-up' && event.peer === peer;

  test('gets no link after a restart, until a person lifts the ban', async () => {
    const victim = await startVictim();
    const identity = await nextIdentity();
    const mallory = await startMallory(identity);
    await misbehave(victim, mallory);
    await isKept(victim);
    await victim.runtime.close();

    const again = await startVictim(victim.ports, victim.identity);
    expect(bansOf(again)).toMatchObject([{ peer: mallory.id, times: 1 }]);
    const honest = await startHonest(again);
    await expect(mallory.link(again.runtime.identity.id, 1_000)).rejects.toThrow('a link');
    await itemArrives(again, honest);
    expect(again.events.filter(present(mallory.id))).toEqual([]);

    again.runtime.liftBan(mallory.id);
    mallory.close();
    const back = await startMallory(identity);
    await back.link(again.runtime.identity.id);
    expect(bansOf(again)).toEqual([]);
  }, 20_000);

  test('attack: framing; one node bans it, and its neighbours hear nothing of that', async () => {
    const victim = await startVictim();
    const honest = await startHonest(victim);
    const mallory = await startMallory();
    await misbehave(victim, mallory);
    await itemArrives(victim, honest);
    expect(honest.node.bans.inForce(at(0))).toEqual([]);
    await mallory.link(honest.identity.id);
  });
});

describe('attack: handshakes that are begun and left (H8)', () => {
  test('cost 24 places at most, each is told with its reason, and the places are free again', async () => {
    const ports = people.ports();
    /** Ten seconds of patience, which end when the test says so. */
    const patience = new Set<() => void>();
    const clock = {
      ...ports.clock,
      schedule: (delayMs: number, run: () => void) => {
        if (delayMs !== 10_000) return ports.clock.schedule(delayMs, run);
        patience.add(run);
        return () => void patience.delete(run);
      },
    };
    const attempts = countAttempts(ports.connector);
    // It hears of no newcomer, so that it dials none of them itself.
    const signaling: Signaling = {
      ...ports.signaling,
      join: (url, room, self, onEvent) =>
        ports.signaling.join(url, room, self, (event) => {
          if (event.type !== 'peer-present') onEvent(event);
        }),
    };
    const victim = await startVictim({ ...ports, clock, connector: attempts.connector, signaling });
    const honest = await startHonest(victim);
    const before = attempts.count();
    for (let count = 0; count < 40; count++) {
      closing.push(await beginHandshake(victim.runtime.identity.id));
    }
    await itemArrives(victim, honest);
    await until(() => attempts.count() - before === 24, 'every place being taken');
    const refused = () =>
      victim.events.flatMap((event) => (event.type === 'link-refused' ? [event.reason] : []));
    await until(() => {
      for (const end of patience) {
        patience.delete(end);
        end();
      }
      return refused().length === 24;
    }, 'the end of every attempt');
    expect(new Set(refused())).toEqual(new Set(['The other node did not prove its key within 10000 ms.']));
    const late = await startMallory();
    await late.link(victim.runtime.identity.id);
  });

  /** Makes an offer under a key of its own, and says nothing on the connection that comes of it. */
  async function beginHandshake(peer: NodeId): Promise<() => void> {
    const ports = people.ports();
    const nonce = ports.randomness.bytes(8);
    const room = ports.signaling.join(URL, roomId, await nextIdentity(), (event) => {
      if (event.type === 'signaling-joined') begin();
      if (event.type === 'signal-received') attempt?.signal(decodeSignalFrame(event.signal).signal);
    });
    let attempt: ConnectionAttempt | undefined;
    const begin = () => {
      attempt = ports.connector.attempt({
        initiator: true,
        onSignal: (signal) =>
          room.send(
            peer,
            encodeSignalFrame({
              attempt: nonce,
              fromInitiator: true,
              climbs: false,
              helloNonce: undefined,
              signal,
            }),
          ),
      });
    };
    return () => {
      attempt?.close();
      room.close();
    };
  }
});

describe('attack: a lying signaling server', () => {
  /** The people's signaling, with a server that tells this node what it likes besides. */
  function lyingTo(signaling: Signaling, lies: (tell: (event: SignalingEvent) => void) => void): Signaling {
    return {
      ...signaling,
      join: (url, room, self, onEvent) =>
        signaling.join(url, room, self, (event) => {
          onEvent(event);
          if (event.type === 'signaling-joined') lies(onEvent);
        }),
    };
  }
  const invented = () => idFromBytes<NodeId>(people.ports().randomness.bytes(32));
  const anOffer = () =>
    encodeSignalFrame({
      attempt: people.ports().randomness.bytes(8),
      fromInitiator: true,
      climbs: false,
      helloNonce: undefined,
      signal: encodeCbor({ type: 'offer', from: 9_999, fingerprint: new Uint8Array(32) }),
    });

  test('names 10,000 nodes that do not exist: 12 dials at once, then one a second (M11)', async () => {
    const all = people.ports();
    const time = createManualClock(all.clock.nowMs());
    const ports = { ...all, clock: time };
    const attempts = countAttempts(ports.connector);
    const signaling = lyingTo(ports.signaling, (tell) => {
      tell({ type: 'signaling-joined', present: Array.from({ length: 32 }, invented), ice: NO_ICE_GRANT });
      for (let count = 0; count < 10_000; count++) tell({ type: 'peer-present', peer: invented() });
    });
    const victim = await startVictim({ ...ports, connector: attempts.connector, signaling });
    let ended = false;
    closing.push(() => {
      ended = true;
    });
    const minute = (async () => {
      while (!ended && time.monotonicMs() < 60_000) {
        await time.advance(100);
        expect(attempts.count()).toBeLessThanOrEqual(12 + 1 + time.monotonicMs() / 1_000);
      }
    })();
    const honest = await startHonest(victim);
    await itemArrives(victim, honest);
    await minute;
  });

  test('makes up 10,000 offers of as many nodes, and of an honest neighbour: 24 are answered, and its link stays', async () => {
    const ports = people.ports();
    let flood: ((event: SignalingEvent) => void) | undefined;
    const attempts = countAttempts(ports.connector);
    const signaling = lyingTo(ports.signaling, (tell) => {
      flood = tell;
    });
    const victim = await startVictim({ ...ports, connector: attempts.connector, signaling });
    const honest = await startHonest(victim);
    const before = attempts.count();
    for (let count = 0; count < 10_000; count++)
      flood!({ type: 'signal-received', from: invented(), signal: anOffer() });
    expect(attempts.count() - before).toBe(24);
    for (let count = 0; count < 100; count++)
      flood!({ type: 'signal-received', from: honest.identity.id, signal: anOffer() });
    await itemArrives(victim, honest);
    expect(victim.runtime.node.links.has(honest.identity.id)).toBe(true);
    // Signals prove nothing about whom they name, so nobody gets a strike for them.
    expect(victim.events.filter(({ type }) => type === 'peer-refused')).toEqual([]);
  });

  test('repeats every signal that it ever passed on: no link ends, and none is made twice', async () => {
    const ports = people.ports();
    const passed: SignalingEvent[] = [];
    let tell: (event: SignalingEvent) => void = () => {};
    const signaling: Signaling = {
      ...ports.signaling,
      join: (url, room, self, onEvent) => {
        tell = onEvent;
        return ports.signaling.join(url, room, self, (event) => {
          if (event.type === 'signal-received') passed.push(event);
          onEvent(event);
        });
      },
    };
    const victim = await startVictim({ ...ports, signaling });
    const honest = await startHonest(victim);
    expect(passed.length).toBeGreaterThan(0);
    for (let count = 0; count < 100; count++) for (const event of passed) tell(event);
    await itemArrives(victim, honest);
    const ofLinks = victim.events.filter(({ type }) => type === 'neighbor-up' || type === 'neighbor-down');
    expect(ofLinks).toHaveLength(1);
  });
});
