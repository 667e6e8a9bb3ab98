import { describe, expect, test } from 'vitest';
import { type IceGrant, NO_ICE_GRANT } from '../src/core/wire/contact/ice-server.ts';
import {
  CLOSE_FULL,
  CLOSE_MALFORMED,
  CLOSE_NOT_PROVEN,
  CLOSE_OTHER_LEFT,
  CLOSE_TAKEN,
  CLOSE_TOO_MUCH,
  CLOSE_TOO_SLOW,
  type ClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  joinMessage,
  relayMessage,
  type ServerMessage,
} from '../src/core/wire/contact/signaling.ts';
import { encodeCbor } from '../src/core/wire/encoding/cbor.ts';
import { bytesOfId, idFromBytes, type NodeId } from '../src/core/wire/encoding/ids.ts';
import { MAX_ROOM_SAMPLE } from '../src/core/wire/encoding/limits.ts';
import { DEFAULT_ROOMS_LIMITS, type RoomsLimits } from './limits.ts';
import { DEFAULT_RELAY_LIMITS, type RelayLimits } from './relay-budget.ts';
import { createRoomsState, handleRooms, type RoomsEffect } from './rooms.ts';

const room = new Uint8Array(16).fill(1);
const key = (value: number) => idFromBytes<NodeId>(new Uint8Array(32).fill(value));
const signature = new Uint8Array(64);

function setUp(limits: Partial<RoomsLimits> = {}, relayLimits: Partial<RelayLimits> = {}) {
  const state = createRoomsState(
    { ...DEFAULT_ROOMS_LIMITS, ...limits },
    { ...DEFAULT_RELAY_LIMITS, ...relayLimits },
  );
  let nowMs = 0;
  const feed = (input: Parameters<typeof handleRooms>[1]) => handleRooms(state, input, nowMs);
  const open = (socket: number, address = '192.0.2.1') =>
    feed({
      type: 'socket-opened',
      socket,
      address,
      host: 'host.test',
      nonce: new Uint8Array(32).fill(socket),
    });
  const say = (socket: number, message: ClientMessage) =>
    feed({ type: 'message-received', socket, bytes: encodeClientMessage(message) });
  return {
    state,
    feed,
    open,
    say,
    pass(ms: number) {
      nowMs += ms;
      return feed({ type: 'time-passed' });
    },
    join(socket: number, member: NodeId, to = room) {
      open(socket);
      say(socket, { type: 'join', room: to, key: member, signature });
      return feed({ type: 'join-verified', socket, valid: true, ice: NO_ICE_GRANT });
    },
  };
}

const sent = (effects: readonly RoomsEffect[], to: number): ServerMessage[] =>
  effects.flatMap((effect) =>
    effect.type === 'send' && effect.socket === to ? [decodeServerMessage(effect.bytes)] : [],
  );
const closes = (effects: readonly RoomsEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'close' ? [[effect.socket, effect.code]] : []));

describe('rooms (S1 to S5, S7, S8)', () => {
  test('a join is verified over the challenge, the room and the host that was dialed (S2)', () => {
    const { open, say } = setUp();
    const nonce = new Uint8Array(32).fill(1);
    expect(sent(open(1), 1)).toEqual([{ type: 'challenge', version: 1, nonce }]);
    expect(say(1, { type: 'join', room, key: key(9), signature })).toEqual([
      { type: 'verify', socket: 1, key: key(9), message: joinMessage('host.test', nonce, room), signature },
    ]);
  });

  test('a newcomer hears who is there, and they hear of it', () => {
    const { join } = setUp();
    join(1, key(1));
    const effects = join(2, key(2));
    expect(sent(effects, 2)).toEqual([{ type: 'joined', present: [key(1)], ice: NO_ICE_GRANT }]);
    expect(sent(effects, 1)).toEqual([{ type: 'present', peer: key(2) }]);
  });

  test('signals are passed on under the proven key of the sender, within the room only', () => {
    const { join, say } = setUp();
    join(1, key(1));
    join(2, key(2));
    join(3, key(3), new Uint8Array(16).fill(2));
    const signal = Uint8Array.of(5, 6);
    expect(sent(say(1, { type: 'signal', peer: key(2), signal }), 2)).toEqual([
      { type: 'signal', peer: key(1), signal },
    ]);
    expect(say(1, { type: 'signal', peer: key(3), signal })).toEqual([]);
  });

  test('attack: joining under the key of another without its signature evicts nobody', () => {
    const { join, open, say, feed } = setUp();
    join(1, key(1));
    open(2);
    say(2, { type: 'join', room, key: key(1), signature });
    expect(closes(feed({ type: 'join-verified', socket: 2, valid: false, ice: NO_ICE_GRANT }))).toEqual([
      [2, CLOSE_NOT_PROVEN],
    ]);
    join(3, key(3));
    expect(sent(say(3, { type: 'signal', peer: key(1), signal: Uint8Array.of(1) }), 1)).toHaveLength(1);
  });

  test('a node that comes back takes its own place over, and the old socket leaving does not free it', () => {
    const { join, feed, say } = setUp();
    join(1, key(1));
    expect(closes(join(2, key(1)))).toEqual([[1, CLOSE_TAKEN]]);
    feed({ type: 'socket-closed', socket: 1 });
    join(3, key(3));
    expect(sent(say(3, { type: 'signal', peer: key(1), signal: Uint8Array.of(1) }), 2)).toHaveLength(1);
  });

  test('attack: signals before the join is verified', () => {
    const { open, say } = setUp();
    open(1);
    say(1, { type: 'join', room, key: key(1), signature });
    expect(closes(say(1, { type: 'signal', peer: key(2), signal: Uint8Array.of(1) }))).toEqual([
      [1, CLOSE_MALFORMED],
    ]);
  });

  test('a verification that ends after the socket left changes nothing', () => {
    const { open, say, feed, state } = setUp();
    open(1);
    say(1, { type: 'join', room, key: key(1), signature });
    feed({ type: 'socket-closed', socket: 1 });
    expect(feed({ type: 'join-verified', socket: 1, valid: true, ice: NO_ICE_GRANT })).toEqual([]);
    expect(state.rooms.size).toBe(0);
  });

  test.each([
    ['nonsense', Uint8Array.of(0xff)],
    ['nothing', new Uint8Array()],
    ['a map with no type', Uint8Array.of(0xa0)],
    [
      'a room of another size',
      encodeCbor({ type: 'join', room: new Uint8Array(15), key: bytesOfId(key(1)), signature }),
    ],
  ])('attack: %s closes the socket', (_name, bytes) => {
    const { open, feed } = setUp();
    open(1);
    expect(closes(feed({ type: 'message-received', socket: 1, bytes }))).toEqual([[1, CLOSE_MALFORMED]]);
    expect(feed({ type: 'message-received', socket: 1, bytes })).toEqual([]);
  });

  test('a member is lent ICE servers with the join and asks for them anew; nobody else is (S11)', () => {
    const { open, say, feed } = setUp();
    const ice: IceGrant = { servers: [{ type: 'stun', url: 'stun:turn.test:3478' }], lifeMs: 60_000 };
    open(1);
    say(1, { type: 'join', room, key: key(1), signature });
    const joined = feed({ type: 'join-verified', socket: 1, valid: true, ice });
    expect(sent(joined, 1)).toEqual([{ type: 'joined', present: [], ice }]);
    expect(say(1, { type: 'ice' })).toEqual([{ type: 'issue-ice', socket: 1, key: key(1) }]);
    expect(sent(feed({ type: 'ice-issued', socket: 1, ice }), 1)).toEqual([{ type: 'ice', ice }]);
    expect(feed({ type: 'ice-issued', socket: 9, ice })).toEqual([]);
    open(2);
    expect(closes(say(2, { type: 'ice' }))).toEqual([[2, CLOSE_MALFORMED]]);
  });

  test('(S3) in a large room a newcomer is told of a bounded number, and only those hear of it', () => {
    const { join } = setUp();
    for (let index = 1; index <= MAX_ROOM_SAMPLE + 8; index++) join(index, key(index));
    const effects = join(200, key(200));
    const [joined] = sent(effects, 200);
    const present = joined?.type === 'joined' ? joined.present : [];
    expect(new Set(present).size).toBe(MAX_ROOM_SAMPLE);
    expect(effects).toHaveLength(1 + MAX_ROOM_SAMPLE);
  });

  test('(S3) in a large room a newcomer is told of those that share its address', () => {
    const { join, open, say, feed } = setUp();
    const joinFrom = (index: number, address: string) => {
      open(index, address);
      say(index, { type: 'join', room, key: key(index), signature });
      return feed({ type: 'join-verified', socket: index, valid: true, ice: NO_ICE_GRANT });
    };
    for (let index = 1; index <= 100; index++) join(index, key(index));
    for (let index = 101; index <= 103; index++) joinFrom(index, '203.0.113.7');
    for (let index = 104; index <= 150; index++) join(index, key(index));
    const [joined] = sent(joinFrom(200, '203.0.113.7'), 200);
    expect(joined?.type === 'joined' && joined.present).toEqual(
      expect.arrayContaining([101, 102, 103].map(key)),
    );
  });

  test('bounds: sockets of one address, rooms, members, and messages a second', () => {
    const { open, join, pass, say } = setUp({
      maxSocketsPerAddress: 4,
      maxRooms: 1,
      maxMembersPerRoom: 2,
      messageBurst: 3,
      messagesPerSecond: 1,
    });
    join(1, key(1));
    expect(closes(join(2, key(2), new Uint8Array(16)))).toEqual([[2, CLOSE_FULL]]);
    join(3, key(3));
    expect(closes(join(4, key(4)))).toEqual([[4, CLOSE_FULL]]);
    open(5);
    open(6);
    expect(closes(open(7))).toEqual([[7, CLOSE_FULL]]);
    expect(closes(open(8, '192.0.2.2'))).toEqual([]);
    say(1, { type: 'ping' });
    say(1, { type: 'ping' });
    expect(closes(say(1, { type: 'ping' }))).toEqual([[1, CLOSE_TOO_MUCH]]);
    say(8, { type: 'ping' });
    pass(5_000);
    expect(closes(say(8, { type: 'ping' }))).toEqual([]);
  });

  test('a socket that says nothing is closed, a member that says nothing is not', () => {
    const { open, join, pass } = setUp();
    join(1, key(1));
    open(2);
    expect(closes(pass(DEFAULT_ROOMS_LIMITS.decideWithinMs))).toEqual([[2, CLOSE_TOO_SLOW]]);
  });

  test('nothing is left behind when all have gone', () => {
    const { join, open, say, feed, state } = setUp();
    join(1, key(1));
    open(2);
    say(2, { type: 'pair', rendezvous: room, side: 'offer' });
    open(3);
    say(3, { type: 'pair', rendezvous: room, side: 'answer' });
    for (const socket of [1, 2, 3]) feed({ type: 'socket-closed', socket });
    for (const map of [state.rooms, state.rendezvous, state.sockets, state.socketsOfAddress])
      expect(map.size).toBe(0);
  });
});

describe('relays (S13 to S15)', () => {
  const rendezvous = new Uint8Array(16).fill(5);
  const setUpRelays = (limits: Partial<RelayLimits> = {}) => {
    const world = setUp({}, limits);
    const { feed, open, say } = world;
    const relay = (socket: number, member: NodeId, to = room) => {
      open(socket);
      const verify = say(socket, { type: 'relay', room: to, key: member, rendezvous, signature });
      const effects = feed({ type: 'join-verified', socket, valid: true, ice: NO_ICE_GRANT });
      return { verify, effects };
    };
    const relayed = (socket: number, sizeBytes: number) =>
      feed({ type: 'message-received', socket, bytes: new Uint8Array(sizeBytes) });
    return { ...world, relay, relayed };
  };

  test('two that prove their keys for one rendezvous meet, and their bytes pass unread', () => {
    const { relay, relayed } = setUpRelays();
    const nonce = new Uint8Array(32).fill(1);
    const { verify, effects } = relay(1, key(1));
    const message = relayMessage('host.test', nonce, room, rendezvous);
    expect(verify).toEqual([{ type: 'verify', socket: 1, key: key(1), message, signature }]);
    expect(effects).toEqual([]);
    const met = relay(2, key(2)).effects;
    expect([...sent(met, 1), ...sent(met, 2)]).toEqual([{ type: 'relay-open' }, { type: 'relay-open' }]);
    const bytes = new Uint8Array(300);
    expect(relayed(1, 300)).toEqual([{ type: 'relay', from: 1, to: 2, bytes, pauseMs: 0 }]);
    expect(relayed(2, 300)).toEqual([{ type: 'relay', from: 2, to: 1, bytes, pauseMs: 0 }]);
  });

  test('when one leaves the other is closed; one that waits too long is closed', () => {
    const { relay, feed, pass, state } = setUpRelays();
    relay(1, key(1));
    relay(2, key(2));
    expect(closes(feed({ type: 'socket-closed', socket: 1 }))).toEqual([[2, CLOSE_OTHER_LEFT]]);
    relay(3, key(3));
    expect(closes(pass(DEFAULT_RELAY_LIMITS.meetWithinMs))).toEqual([[3, CLOSE_TOO_SLOW]]);
    for (const map of [state.sockets, state.relays.seats, state.relays.places, state.relays.socketsOfNode])
      expect(map.size).toBe(0);
  });

  test('attack: a third at a rendezvous, another room, bytes before the other is there, a message too large', () => {
    const { relay, relayed } = setUpRelays();
    relay(1, key(1));
    expect(closes(relay(2, key(2), new Uint8Array(16).fill(2)).effects)).toEqual([]);
    expect(closes(relayed(2, 1))).toEqual([[2, CLOSE_MALFORMED]]);
    relay(3, key(3));
    expect(closes(relay(4, key(4)).effects)).toEqual([[4, CLOSE_TAKEN]]);
    expect(closes(relayed(1, 16 * 1024 + 1))).toEqual([
      [1, CLOSE_MALFORMED],
      [3, CLOSE_OTHER_LEFT],
    ]);
  });

  test('whoever sends faster than the rate is held back for as long as the rate needs', () => {
    const { relay, relayed } = setUpRelays({ nodeBytesPerSecond: 1_000, burstSeconds: 2 });
    relay(1, key(1));
    relay(2, key(2));
    expect(relayed(1, 2_000)).toMatchObject([{ pauseMs: 0 }]);
    expect(relayed(1, 500)).toMatchObject([{ pauseMs: 500 }]);
    expect(relayed(2, 500)).toMatchObject([{ pauseMs: 0 }]);
  });

  test('attack: tiny messages cost as much as 256 bytes each', () => {
    const { relay, relayed } = setUpRelays({ nodeBytesPerSecond: 256, burstSeconds: 1 });
    relay(1, key(1));
    relay(2, key(2));
    expect(relayed(1, 1)).toMatchObject([{ pauseMs: 0 }]);
    expect(relayed(1, 1)).toMatchObject([{ pauseMs: 1_000 }]);
  });

  test('a quota that is used up ends the relay and turns the node away until its hour is over', () => {
    const { relay, relayed, feed, pass, state } = setUpRelays({ nodeBytesPerHour: 1_000 });
    relay(1, key(1));
    relay(2, key(2));
    relayed(1, 1_000);
    expect(closes(relayed(1, 1))).toEqual([
      [1, CLOSE_TOO_MUCH],
      [2, CLOSE_OTHER_LEFT],
    ]);
    expect(closes(relay(3, key(1)).effects)).toEqual([[3, CLOSE_TOO_MUCH]]);
    expect(closes(relay(4, key(2)).effects)).toEqual([]);
    feed({ type: 'socket-closed', socket: 4 });
    pass(60 * 60 * 1000);
    expect(closes(relay(5, key(1)).effects)).toEqual([]);
    expect(state.relays.budget.size()).toBe(0);
  });

  test('bounds: sockets of one node', () => {
    const { relay } = setUpRelays({ maxRelaySocketsPerNode: 1 });
    relay(1, key(1));
    expect(closes(relay(2, key(1)).effects)).toEqual([[2, CLOSE_FULL]]);
  });
});

describe('rendezvous (S6)', () => {
  const pair = (side: 'offer' | 'answer'): ClientMessage => ({ type: 'pair', rendezvous: room, side });

  test('exactly two meet: one offers, one answers, messages pass between them', () => {
    const { open, say } = setUp();
    for (const socket of [1, 2, 3, 4]) open(socket);
    expect(say(1, pair('offer'))).toEqual([]);
    expect(closes(say(3, pair('offer')))).toEqual([[3, CLOSE_TAKEN]]);
    const met = say(2, pair('answer'));
    expect([...sent(met, 1), ...sent(met, 2)]).toEqual([{ type: 'paired' }, { type: 'paired' }]);
    expect(closes(say(4, pair('answer')))).toEqual([[4, CLOSE_TAKEN]]);
    const message = Uint8Array.of(1);
    expect(sent(say(1, { type: 'message', message }), 2)).toEqual([{ type: 'message', message }]);
    expect(sent(say(2, { type: 'message', message }), 1)).toEqual([{ type: 'message', message }]);
  });

  test('when one leaves, the other is told and the place is free again', () => {
    const { open, say, feed } = setUp();
    for (const socket of [1, 2, 3]) open(socket);
    say(1, pair('offer'));
    say(2, pair('answer'));
    expect(closes(feed({ type: 'socket-closed', socket: 1 }))).toEqual([[2, CLOSE_OTHER_LEFT]]);
    expect(say(3, pair('offer'))).toEqual([]);
  });

  test('a message before the other side is there is refused', () => {
    const { open, say } = setUp();
    open(1);
    say(1, pair('offer'));
    expect(closes(say(1, { type: 'message', message: Uint8Array.of(1) }))).toEqual([[1, CLOSE_MALFORMED]]);
  });

  test('it expires, alone and together', () => {
    const { open, say, pass } = setUp();
    open(1);
    say(1, pair('offer'));
    expect(closes(pass(DEFAULT_ROOMS_LIMITS.rendezvousLifeMs - 1))).toEqual([]);
    open(2);
    say(2, pair('answer'));
    expect(closes(pass(DEFAULT_ROOMS_LIMITS.pairingLifeMs - 1))).toEqual([]);
    expect(closes(pass(1)).map(([socket]) => socket)).toEqual([1, 2]);
  });
});
