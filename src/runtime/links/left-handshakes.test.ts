import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createManualClock,
  createSeededRandomness,
  type ManualClock,
} from '../../adapters/loopback/clock.ts';
import { createLoopbackNetwork } from '../../adapters/loopback/connector.ts';
import { createNobleKeys } from '../../adapters/noble/keys.ts';
import { type FleetId, idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import type { Connector } from '../../ports/connections.ts';
import type { Identity } from '../../ports/keys.ts';
import { createLinkTable, type LinkTable, type LinkTableEvent } from './link-table.ts';

const FLEET = idFromBytes<FleetId>(new Uint8Array(32).fill(7));
const SEED = 9;
const randomness = createSeededRandomness(SEED);
const keys = createNobleKeys({ randomness });

let clock: ManualClock;
let connector: Connector;
let tables: Map<NodeId, LinkTable>;
/** Connections that are open at the victim, links and half-done handshakes. */
let openAtVictim: number;

beforeEach(() => {
  clock = createManualClock();
  connector = createLoopbackNetwork({ clock, latencyMs: 20 }).connector();
  tables = new Map();
  openAtVictim = 0;
});
afterEach(() => {
  for (const table of tables.values()) table.close();
});

interface End {
  readonly identity: Identity;
  readonly table: LinkTable;
  readonly events: readonly LinkTableEvent[];
}

async function join(through: Connector): Promise<End> {
  const identity = await keys.fromSeed(randomness.bytes(32));
  const events: LinkTableEvent[] = [];
  const table = createLinkTable({
    fleet: FLEET,
    identity,
    keys,
    connector: through,
    clock,
    randomness,
    signal: (to, bytes) => {
      clock.schedule(10, () => tables.get(to)?.onSignal(identity.id, bytes));
      return tables.has(to);
    },
    iceServers: () => [],
    relayTo: () => ({ open: () => undefined }),
    rungOf: () => 'lan',
    admits: () => true,
    onEvent: (event) => events.push(event),
  });
  tables.set(identity.id, table);
  return { identity, table, events };
}

const joinVictim = () =>
  join({
    attempt: (options) => {
      const attempt = connector.attempt(options);
      attempt.opened.then(
        (connection) => {
          openAtVictim++;
          connection.onClose(() => openAtVictim--);
        },
        () => undefined,
      );
      return attempt;
    },
  });

/** Its connections open, and it never says a word over them. */
const joinSilent = () =>
  join({
    attempt: (options) => {
      const attempt = connector.attempt(options);
      return {
        ...attempt,
        opened: attempt.opened.then((connection) => ({ ...connection, send: () => undefined })),
      };
    },
  });

const joinHonest = () => join(connector);
const isLinked = (a: End, b: End) => a.table.connections().has(b.identity.id);

describe('attack: handshakes that are begun and left (H8)', () => {
  test('who completes at once gets in after three seconds though all places are held, and the longest held goes', async () => {
    const victim = await joinVictim();
    for (let count = 0; count < 24; count++) {
      (await joinSilent()).table.dial(victim.identity.id);
      await clock.advance(10);
    }
    await clock.advance(2_000);
    const early = await joinHonest();
    early.table.dial(victim.identity.id);
    await clock.advance(500);
    expect([isLinked(victim, early), openAtVictim]).toEqual([false, 24]);

    await clock.advance(1_000);
    const late = await joinHonest();
    late.table.dial(victim.identity.id);
    await clock.advance(500);
    expect([isLinked(victim, late), openAtVictim]).toEqual([true, 24]);
    expect(victim.events.filter(({ type }) => type === 'link-refused')).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('others waited for its place') }),
    ]);
  });

  test('a stream of them costs 24 connections at once and 8 a second, and newcomers get in between', async () => {
    const victim = await joinVictim();
    const newcomers: End[] = [];
    let halfDone = 0;
    const startedMs = clock.monotonicMs();
    for (let count = 0; count < 160; count++) {
      const [pauseMs, chance] = randomness.bytes(2);
      if (chance! < 25) newcomers.push(await joinHonest());
      const caller = chance! < 25 ? newcomers.at(-1)! : await joinSilent();
      caller.table.dial(victim.identity.id);
      await clock.advance(pauseMs! / 2.55);
      halfDone = Math.max(halfDone, openAtVictim - victim.table.connections().size);
    }
    await clock.advance(1_000);
    const seconds = (clock.monotonicMs() - startedMs) / 1_000;
    const refused = victim.events.filter(({ type }) => type === 'link-refused').length;
    const linked = newcomers.filter((newcomer) => isLinked(victim, newcomer)).length;
    console.log(
      `seed ${SEED}: ${linked} of ${newcomers.length} newcomers linked, ${refused} left handshakes refused in ${seconds.toFixed(0)} s`,
    );
    expect(halfDone).toBeLessThanOrEqual(24);
    expect(refused).toBeLessThanOrEqual(8 * seconds);
    expect(linked / newcomers.length).toBeGreaterThan(0.2);
  }, 30_000);

  test('dials of the node itself that nobody answers keep no offer out', async () => {
    const victim = await joinVictim();
    for (let count = 0; count < 30; count++) {
      const { identity } = await joinSilent();
      tables.set(identity.id, { ...tables.get(identity.id)!, onSignal: () => undefined });
      victim.table.dial(identity.id);
    }
    await clock.advance(100);
    const newcomer = await joinHonest();
    newcomer.table.dial(victim.identity.id);
    await clock.advance(500);
    expect(isLinked(victim, newcomer)).toBe(true);
  });
});
