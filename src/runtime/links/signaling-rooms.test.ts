import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../adapters/loopback/clock.ts';
import { NO_ICE_GRANT } from '../../core/wire/contact/ice-server.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { Identity } from '../../ports/keys.ts';
import type { RelaySocket, Signaling, SignalingEvent } from '../../ports/signaling.ts';
import { createSignalingRooms } from './signaling-rooms.ts';

/** Rooms on servers that the test speaks for, with chance at its middle: pauses are as long as the rule says. */
function roomsOn(urls: readonly string[], random: () => number = () => 0.5) {
  const clock = createManualClock();
  const joins: { url: string; atMs: number; say: (event: SignalingEvent) => void }[] = [];
  const sent: { url: string; to: NodeId }[] = [];
  const signaling: Signaling = {
    join: (url, _room, _self, say) => {
      joins.push({ url, atMs: clock.monotonicMs(), say });
      return {
        send: (to) => sent.push({ url, to }),
        openRelay: (): RelaySocket => ({ send: () => {}, bufferedBytes: () => 0, close: () => {} }),
        close: () => {},
      };
    },
    pair: () => {
      throw new Error('nobody pairs here');
    },
  };
  const rooms = createSignalingRooms({
    urls,
    room: new Uint8Array(16),
    identity: {} as Identity,
    signaling,
    clock,
    random,
    onPresent: () => {},
    onSeen: () => {},
    onSignal: () => {},
    onChange: () => {},
  });
  return { clock, joins, sent, rooms, last: (url: string) => joins.findLast((join) => join.url === url)! };
}

const LOST: SignalingEvent = { type: 'signaling-lost', reason: 'gone' };
const joined = (...present: readonly string[]): SignalingEvent => ({
  type: 'signaling-joined',
  present: present as readonly NodeId[],
  ice: NO_ICE_GRANT,
});

describe('a node whose room is lost joins again (S10)', () => {
  test('after 0.5 s, doubled up to 15 s', async () => {
    const { clock, joins, last } = roomsOn(['ws://a']);
    await clock.advance(0);
    for (let time = 0; time < 8; time++) {
      last('ws://a').say(LOST);
      await clock.advance(15_000);
    }
    const pauses = joins.slice(1).map(({ atMs }, at) => atMs - at * 15_000);
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  test('after 0.5 s again, once it was in', async () => {
    const { clock, joins, last } = roomsOn(['ws://a']);
    await clock.advance(0);
    for (let time = 0; time < 4; time++) {
      last('ws://a').say(LOST);
      await clock.advance(15_000);
    }
    last('ws://a').say(joined());
    last('ws://a').say(LOST);
    const before = joins.length;
    await clock.advance(499);
    expect(joins).toHaveLength(before);
    await clock.advance(1);
    expect(joins).toHaveLength(before + 1);
  });

  test('with jitter of half the pause either way, so that a restarted server is not stormed', async () => {
    for (const [chance, pauseMs] of [
      [0, 250],
      [0.999_999, 749.999_5],
    ] as const) {
      const { clock, joins, last } = roomsOn(['ws://a'], () => chance);
      await clock.advance(0);
      last('ws://a').say(LOST);
      await clock.advance(1_000);
      expect(joins[1]!.atMs).toBeCloseTo(pauseMs, 2);
    }
  });

  test('and not after it was closed', async () => {
    const { clock, joins, rooms, last } = roomsOn(['ws://a']);
    await clock.advance(0);
    last('ws://a').say(LOST);
    rooms.close();
    await clock.advance(60_000);
    expect(joins).toHaveLength(1);
  });
});

describe('a person names other servers', () => {
  test('the room on a new one is joined, on one that stays it is not joined again, and on one that goes it is left for good', async () => {
    const { clock, joins, last, rooms } = roomsOn(['ws://a', 'ws://b']);
    await clock.advance(0);
    for (const url of ['ws://a', 'ws://b']) last(url).say(joined());
    rooms.use(['ws://b', 'ws://c']);
    await clock.advance(0);
    expect(joins.map(({ url }) => url)).toEqual(['ws://a', 'ws://b', 'ws://c']);
    last('ws://a').say(LOST);
    await clock.advance(60_000);
    expect(joins.filter(({ url }) => url === 'ws://a')).toHaveLength(1);
    expect(rooms.states().map(({ url, state }) => `${url} ${state}`)).toEqual([
      'ws://b joined',
      'ws://c dialing',
    ]);
  });
});

describe('a signal (S12)', () => {
  const nodes = async () => {
    const all = roomsOn(['ws://a', 'ws://b']);
    await all.clock.advance(0);
    return all;
  };

  test('leaves through the room where its receiver was seen', async () => {
    const { rooms, sent, last } = await nodes();
    last('ws://a').say(joined());
    last('ws://b').say(joined('till'));
    expect(rooms.send('till' as NodeId, new Uint8Array())).toBe(true);
    expect(sent).toEqual([{ url: 'ws://b', to: 'till' }]);
  });

  test('to a node that was seen nowhere leaves through any, and through none where none is joined', async () => {
    const { rooms, sent, last } = await nodes();
    expect(rooms.send('till' as NodeId, new Uint8Array())).toBe(false);
    last('ws://b').say(joined());
    expect(rooms.send('till' as NodeId, new Uint8Array())).toBe(true);
    expect(sent).toEqual([{ url: 'ws://b', to: 'till' }]);
  });

  test('attack: a server that invents members makes a node remember 1,024 of them, the last', async () => {
    const { rooms, sent, last } = await nodes();
    last('ws://a').say(joined());
    last('ws://b').say(joined('first', 'second'));
    for (let at = 0; at < 1_023; at++)
      last('ws://b').say({ type: 'peer-present', peer: `invented ${at}` as NodeId });
    rooms.send('first' as NodeId, new Uint8Array());
    rooms.send('second' as NodeId, new Uint8Array());
    expect(sent).toEqual([
      { url: 'ws://a', to: 'first' },
      { url: 'ws://b', to: 'second' },
    ]);
  });
});

describe('STUN and TURN servers (S11)', () => {
  const lending = (...hosts: readonly string[]): SignalingEvent => ({
    type: 'signaling-joined',
    present: [],
    ice: { servers: hosts.map((host) => ({ type: 'stun', url: `stun:${host}` })), lifeMs: undefined },
  });

  test('are those of all rooms, each once, and the newest that a server lent', async () => {
    const { clock, rooms, last } = roomsOn(['ws://a', 'ws://b']);
    await clock.advance(0);
    last('ws://a').say(lending('one', 'two'));
    last('ws://b').say(lending('two', 'three'));
    expect(rooms.iceServers().map(({ url }) => url)).toEqual(['stun:one', 'stun:two', 'stun:three']);
    last('ws://a').say({
      type: 'ice-granted',
      ice: { servers: [{ type: 'stun', url: 'stun:four' }], lifeMs: undefined },
    });
    expect(rooms.iceServers().map(({ url }) => url)).toEqual(['stun:four', 'stun:two', 'stun:three']);
  });

  test('outlast the room that lent them: TURN may be there when signaling is not', async () => {
    const { clock, rooms, last } = roomsOn(['ws://a']);
    await clock.advance(0);
    last('ws://a').say(lending('one'));
    last('ws://a').say(LOST);
    expect(rooms.iceServers().map(({ url }) => url)).toEqual(['stun:one']);
  });

  test('attack: several servers that lend all they may, together lend no more than one', async () => {
    const { clock, rooms, last } = roomsOn(['ws://a', 'ws://b']);
    await clock.advance(0);
    for (const url of ['ws://a', 'ws://b'])
      last(url).say(lending(...Array.from({ length: 8 }, (_, at) => `${url.at(-1)}${at}`)));
    expect(rooms.iceServers()).toHaveLength(8);
  });
});
