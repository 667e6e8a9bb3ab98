import { afterEach, describe, expect, test } from 'vitest';
import { createSeededRandomness, createTimerClock } from '../adapters/loopback/clock.ts';
import { createLoopbackNetwork } from '../adapters/loopback/connector.ts';
import { createNobleKeys } from '../adapters/noble/keys.ts';
import { encodeCbor } from '../core/wire/cbor.ts';
import { type FleetId, idFromBytes, type NodeId } from '../core/wire/ids.ts';
import { decodeMessage } from '../core/wire/message.ts';
import { until } from '../ports/acceptance/acceptance-case.ts';
import type { Connection, Connector } from '../ports/connections.ts';
import type { Identity } from '../ports/keys.ts';
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
  readonly attempts: { readonly initiator: boolean }[];
}

const open: LinkTable[] = [];
afterEach(() => {
  for (const table of open.splice(0)) table.close();
});

/** Tables of nodes that hand each other signals. `alter` stands between a table and its connections. */
function aNetwork() {
  const network = createLoopbackNetwork({ clock });
  const tables = new Map<NodeId, LinkTable>();
  const join = (identity: Identity, alter: (connection: Connection) => Connection = (same) => same): End => {
    const events: LinkTableEvent[] = [];
    const attempts: { initiator: boolean }[] = [];
    const inner = network.connector();
    const connector: Connector = {
      attempt: (options) => {
        attempts.push({ initiator: options.initiator });
        const attempt = inner.attempt(options);
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
        clock.schedule(0, () => tables.get(to)?.onSignal(identity.id, bytes));
        return tables.has(to);
      },
      iceServers: () => [],
      relayTo: () => ({ open: () => undefined }),
      admits: () => true,
      onEvent: (event) => events.push(event),
    });
    tables.set(identity.id, table);
    open.push(table);
    return { id: identity.id, table, events, attempts };
  };
  return { join };
}

async function twoIdentities(): Promise<readonly [lesser: Identity, greater: Identity]> {
  const [a, b] = [await keys.fromSeed(randomness.bytes(32)), await keys.fromSeed(randomness.bytes(32))];
  return a.id < b.id ? [a, b] : [b, a];
}

const linked = ({ events }: End) => events.some(({ type }) => type === 'link-up');

describe('two nodes that dial each other at once', () => {
  test('make one link, of the offer of the lesser key (H9)', async () => {
    const [lesser, greater] = await twoIdentities();
    const { join } = aNetwork();
    const [first, second] = [join(lesser), join(greater)];
    first.table.dial(greater.id);
    second.table.dial(lesser.id);
    await until(() => linked(first) && linked(second), 'a link at both ends');
    expect(first.attempts).toEqual([{ initiator: true }]);
    expect(second.attempts).toEqual([{ initiator: true }, { initiator: false }]);
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

test('a neighbour for whom more than 16 MiB wait is hung up on, with a goodbye (M8)', async () => {
  const [lesser, greater] = await twoIdentities();
  const { join } = aNetwork();
  let waitingBytes = 16 * 1024 * 1024;
  const told: Uint8Array[] = [];
  const sender = join(lesser, (connection) => ({
    ...connection,
    send: (frame) => {
      told.push(frame);
      connection.send(frame);
    },
    bufferedBytes: () => waitingBytes,
  }));
  const reader = join(greater);
  sender.table.dial(greater.id);
  await until(() => linked(sender) && linked(reader), 'the link');
  const message = { type: 'statements', statements: [encodeCbor(1)] } as const;
  sender.table.send(greater.id, message);
  expect(sender.table.connections().size).toBe(1);
  waitingBytes++;
  sender.table.send(greater.id, message);
  expect(sender.table.connections().size).toBe(0);
  const reason = 'it does not read what it is sent';
  expect(sender.events.slice(-2)).toMatchObject([
    { type: 'link-refused', reason },
    { type: 'link-down', reason },
  ]);
  expect(decodeMessage(told.at(-1)!)).toMatchObject({ type: 'goodbye' });
});
