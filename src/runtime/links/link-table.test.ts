import { afterEach, describe, expect, test } from 'vitest';
import { createSeededRandomness, createTimerClock } from '../../adapters/loopback/clock.ts';
import { createLoopbackNetwork } from '../../adapters/loopback/connector.ts';
import { createNobleKeys } from '../../adapters/noble/keys.ts';
import type { IceServer } from '../../core/wire/contact/ice-server.ts';
import { decodeCbor, encodeCbor } from '../../core/wire/encoding/cbor.ts';
import { type FleetId, idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import { decodeHandshakeFrame } from '../../core/wire/link/handshake.ts';
import { decodeMessage } from '../../core/wire/link/message.ts';
import type { Rung } from '../../core/wire/statement/statement.ts';
import { until } from '../../ports/acceptance/acceptance-case.ts';
import type { Connection, Connector } from '../../ports/connections.ts';
import type { Identity } from '../../ports/keys.ts';
import { createLinkTable, type LinkTable, type LinkTableEvent } from './link-table.ts';

const randomness = createSeededRandomness(5);
const keys = createNobleKeys({ randomness });
const clock = createTimerClock();
const FLEET = idFromBytes<FleetId>(new Uint8Array(32).fill(7));

interface End {
  readonly id: NodeId;
  readonly table: LinkTable;
  readonly events: LinkTableEvent[];
  /** Attempts at which it was the one that offers, and all that it made. */
  readonly attempts: {
    readonly initiator: boolean;
    readonly relay: boolean;
    readonly ice: readonly string[];
  }[];
}

const open: LinkTable[] = [];
afterEach(() => {
  for (const table of open.splice(0)) table.close();
});

/** Tables of nodes that hand each other signals. `alter` stands between a table and its connections. */
function aNetwork(options: { readonly rung?: Rung; readonly servers?: readonly IceServer[] } = {}) {
  const loopback = createLoopbackNetwork({ clock, openTimeoutMs: 500 });
  const network = { signalsLost: false, failed: 0 };
  const tables = new Map<NodeId, LinkTable>();
  const join = (identity: Identity, alter: (connection: Connection) => Connection = (same) => same): End => {
    const events: LinkTableEvent[] = [];
    const attempts: { initiator: boolean; relay: boolean; ice: string[] }[] = [];
    const inner = loopback.connector();
    const connector: Connector = {
      attempt: (options) => {
        const { initiator, relay, iceServers = [] } = options;
        attempts.push({ initiator, relay: relay !== undefined, ice: iceServers.map(({ type }) => type) });
        const attempt = inner.attempt(options);
        attempt.opened.catch(() => network.failed++);
        return { ...attempt, opened: attempt.opened.then(alter) };
      },
    };
    const table = createLinkTable({
      fleet: FLEET,
      identity,
      keys,
      connector,
      clock,
      randomness,
      signal: (to, bytes) => {
        if (network.signalsLost) return true;
        clock.schedule(0, () => tables.get(to)?.onSignal(identity.id, bytes));
        return tables.has(to);
      },
      iceServers: () => options.servers ?? [],
      relayTo: () => ({ open: () => undefined }),
      rungOf: () => options.rung ?? 'relay',
      admits: () => true,
      onEvent: (event) => events.push(event),
    });
    tables.set(identity.id, table);
    open.push(table);
    return { id: identity.id, table, events, attempts };
  };
  return Object.assign(network, { join });
}

async function twoIdentities(): Promise<readonly [lesser: Identity, greater: Identity]> {
  const [a, b] = [await keys.fromSeed(randomness.bytes(32)), await keys.fromSeed(randomness.bytes(32))];
  return a.id < b.id ? [a, b] : [b, a];
}

/** Its listener is called at once where that is so. */
function isClosed(connection: Connection): boolean {
  let closed = false;
  connection.onClose(() => {
    closed = true;
  });
  return closed;
}

/** Writes down what passes until the other end has proved its key. */
function writingDown(log: string[]): (connection: Connection) => Connection {
  const note = (word: string, frame: Uint8Array) => {
    if (!log.includes('heard proof')) log.push(`${word} ${decodeHandshakeFrame(frame).type}`);
  };
  return (connection) => ({
    ...connection,
    send(frame) {
      note('sent', frame);
      connection.send(frame);
    },
    onFrame: (listener) =>
      connection.onFrame(
        listener &&
          ((frame) => {
            note('heard', frame);
            listener(frame);
          }),
      ),
  });
}

const linked = ({ events }: End) => events.some(({ type }) => type === 'link-up');

test('signals name the nonces, so neither end waits for a hello with its proof (H1, H3)', async () => {
  const [lesser, greater] = await twoIdentities();
  const { join } = aNetwork();
  const logs: [string[], string[]] = [[], []];
  const [first, second] = [join(lesser, writingDown(logs[0])), join(greater, writingDown(logs[1]))];
  first.table.dial(greater.id);
  await until(() => linked(first) && linked(second), 'a link at both ends');
  for (const log of logs) expect(log).toEqual(['sent hello', 'sent proof', 'heard hello', 'heard proof']);
});

describe('two nodes that dial each other at once', () => {
  test('make one link, of the offer of the lesser key (H9)', async () => {
    const [lesser, greater] = await twoIdentities();
    const { join } = aNetwork();
    const [first, second] = [join(lesser), join(greater)];
    first.table.dial(greater.id);
    second.table.dial(lesser.id);
    await until(() => linked(first) && linked(second), 'a link at both ends');
    expect(first.attempts.map(({ initiator }) => initiator)).toEqual([true]);
    expect(second.attempts.map(({ initiator }) => initiator)).toEqual([true, false]);
    for (const end of [first, second]) {
      expect(end.events.filter(({ type }) => type === 'link-up')).toHaveLength(1);
      expect(end.events.filter(({ type }) => type === 'link-down')).toEqual([]);
      expect(end.table.connections().size).toBe(1);
    }
    expect(first.table.connections().get(greater.id)?.initiator).toBe(true);
  });
});

describe('a node that restarted', () => {
  test('has its newer, proven connection in place of the older one (H9)', async () => {
    const [lesser, greater] = await twoIdentities();
    const { join } = aNetwork();
    const stays = join(lesser);
    const before = join(greater);
    before.table.dial(lesser.id);
    await until(() => linked(stays), 'the first link');
    const old = stays.table.connections().get(greater.id);
    const after = join(greater);
    after.table.dial(lesser.id);
    await until(() => linked(after), 'the second link');
    await until(() => stays.table.connections().get(greater.id) !== old, 'the newer connection');
    expect(stays.events.map(({ type }) => type)).toEqual(['link-up', 'link-down', 'link-up']);
    expect(stays.events[1]).toMatchObject({ reason: 'replaced by a newer connection' });
  });

  test('attack: an offer in its name that proves no key ends no link (H9)', async () => {
    const [lesser, greater] = await twoIdentities();
    const mallory = await keys.fromSeed(randomness.bytes(32));
    const { join } = aNetwork();
    const stays = join(lesser);
    const victim = join(greater);
    victim.table.dial(lesser.id);
    await until(() => linked(stays), 'the link');
    // A lying server delivers Mallory's offer as the victim's.
    const liar = join({ ...mallory, id: greater.id });
    liar.table.dial(lesser.id);
    await until(() => stays.events.some(({ type }) => type === 'link-refused'), 'the proof failing');
    // Nobody dialled, so nothing counts as a dial of the honest node that failed.
    expect(stays.events.filter(({ type }) => type === 'dial-failed')).toEqual([]);
    expect(stays.events.filter(({ type }) => type === 'link-down')).toEqual([]);
    expect(stays.table.connections().size).toBe(1);
  });
});

describe('a link that climbs to a better connection (H13)', () => {
  const statement = (count: number) => ({ type: 'statements', statements: [encodeCbor(count)] }) as const;
  const received = ({ events }: End) =>
    events.flatMap((event) => {
      if (event.type !== 'frame-received') return [];
      const message = decodeMessage(event.frame);
      return message.type === 'statements'
        ? [Number(decodeCbor(message.statements[0]!, { maxBytes: 16 }))]
        : [];
    });
  const moved = ({ events }: End) => events.some(({ type }) => type === 'link-moved');
  const upsAndDowns = ({ events }: End) =>
    events.map(({ type }) => type).filter((type) => type !== 'frame-received');
  const aLink = async () => {
    const [lesser, greater] = await twoIdentities();
    const network = aNetwork();
    const [first, second] = [network.join(lesser), network.join(greater)];
    first.table.dial(greater.id);
    await until(() => linked(first) && linked(second), 'a link at both ends');
    return { first, second, network, greater };
  };

  test('goes on over it without a gap: every frame once, in order, no link down', async () => {
    const { first, second } = await aLink();
    const before = first.table.connections().get(second.id)!;
    let sent = 0;
    const sendBoth = () => {
      first.table.send(second.id, statement(sent), 'normal');
      second.table.send(first.id, statement(sent++), 'normal');
    };
    sendBoth();
    second.table.climb(first.id);
    await until(() => {
      sendBoth();
      return moved(first) && moved(second);
    }, 'the move at both ends');
    for (let count = 0; count < 20; count++) sendBoth();
    await until(() => received(first).length === sent && received(second).length === sent, 'all frames');
    for (const end of [first, second]) {
      expect(received(end)).toEqual(Array.from({ length: sent }, (_, index) => index));
      expect(upsAndDowns(end)).toEqual(['link-up', 'link-moved']);
    }
    expect(first.table.connections().get(second.id)).not.toBe(before);
    await until(() => isClosed(before), 'the older connection closed');
  });

  test('looks for no relay again, and for no TURN where it stands on TURN', async () => {
    const [lesser, greater] = await twoIdentities();
    const servers: readonly IceServer[] = [
      { type: 'stun', url: 'stun:a.test' },
      { type: 'turn', url: 'turn:a.test', username: 'u', credential: 'c' },
    ];
    for (const [rung, expected] of [
      ['relay', ['stun', 'turn']],
      ['turn-udp', ['stun']],
    ] as const) {
      const network = aNetwork({ rung, servers });
      const [first, second] = [network.join(lesser), network.join(greater)];
      first.table.dial(greater.id);
      await until(() => linked(first) && linked(second), 'a link');
      first.table.climb(second.id);
      await until(() => moved(first) && moved(second), 'the move');
      for (const end of [first, second])
        expect(end.attempts.map(({ relay, ice }) => ({ relay, ice }))).toEqual([
          { relay: true, ice: ['stun', 'turn'] },
          { relay: false, ice: expected },
        ]);
      for (const end of [first, second]) end.table.close();
    }
  });

  test('stays where it is when no better way opens, and nobody hears of it', async () => {
    const { first, second, network } = await aLink();
    network.signalsLost = true;
    first.table.climb(second.id);
    await until(() => first.attempts.length === 2, 'the attempt');
    await until(() => network.failed === 1, 'its end');
    first.table.send(second.id, statement(1), 'normal');
    await until(() => received(second).length === 1, 'a frame over the link as it is');
    for (const end of [first, second]) expect(upsAndDowns(end)).toEqual(['link-up']);
  });

  test('attack: who links anew in its name without the older link’s own end moves nothing', async () => {
    const { first, network, greater } = await aLink();
    const again = network.join(greater);
    again.table.dial(first.id);
    await until(() => linked(again), 'the newer link');
    await until(() => first.events.length >= 3, 'the change');
    expect(upsAndDowns(first)).toEqual(['link-up', 'link-down', 'link-up']);
  });
});

test('a neighbour for whom more than 16 MiB wait is hung up on, with a goodbye (M8)', async () => {
  const [lesser, greater] = await twoIdentities();
  const { join } = aNetwork();
  let heldBytes = 0;
  const told: Uint8Array[] = [];
  const sender = join(lesser, (connection) => ({
    ...connection,
    send: (frame) => {
      told.push(frame);
      connection.send(frame);
    },
    bufferedBytes: () => heldBytes,
  }));
  const reader = join(greater);
  sender.table.dial(greater.id);
  await until(() => linked(sender) && linked(reader), 'the link');
  heldBytes = 1024 * 1024;
  const push = { type: 'push', kind: 'entry', hops: 1, payload: new Uint8Array(64 * 1024) } as const;
  for (let count = 0; count < 250; count++) sender.table.send(greater.id, push, 'normal');
  expect(sender.table.connections().size).toBe(1);
  for (let count = 0; count < 6; count++) sender.table.send(greater.id, push, 'normal');
  expect(sender.table.connections().size).toBe(0);
  const reason = 'it does not read what it is sent';
  expect(sender.events.slice(-2)).toMatchObject([
    { type: 'link-refused', reason },
    { type: 'link-down', reason },
  ]);
  expect(decodeMessage(told.at(-1)!)).toMatchObject({ type: 'goodbye' });
});
