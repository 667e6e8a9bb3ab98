import { describe, expect, test } from 'vitest';
import { FRESH_DEVICE } from '../device/state.ts';
import { createEntryWriter, grantTo, keyOf } from '../ledger/testing/entry-writer.ts';
import { at } from '../time/testing/at.ts';
import type { FileHash, InfoHash } from '../wire/encoding/ids.ts';
import { admissionBody, admissionPath } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { releaseBody, releasePath } from '../wire/entry/release.ts';
import { rolloutBody, rolloutPath } from '../wire/entry/rollout.ts';
import { EMPTY_MARK, type HighWaterMark } from '../wire/kept/high-water-mark.ts';
import type { Statement } from '../wire/statement/statement.ts';
import type { NodeEffect } from './effect.ts';
import type { NodeInput } from './input.ts';
import { createNode } from './node.ts';

const TILL = keyOf('till');
const BEACON_MS = 60_000;

/** Ada's fleet: a till, and two releases that she rolled out one after the other. */
function aFleet() {
  const writer = createEntryWriter({ keys: ['ada'], threshold: 1 });
  const { genesis } = writer;
  const grant = writer.write({ by: 'ada', action: 'grant', body: grantTo(['ada']) });
  const write = (action: string, path: string, body: Entry['body'], parents: readonly Entry[] = []) =>
    writer.write({ by: 'ada', action, path, grant, knowing: [grant], body, parents });
  write(
    'admit',
    admissionPath(TILL),
    admissionBody({ device: TILL, name: 'till', site: 'Harbour', labels: {} }),
  );
  const release = (counter: number, parents: readonly Entry[]) =>
    write(
      'create',
      releasePath('menu', counter),
      releaseBody({
        product: 'menu',
        version: `${counter}.0`,
        counter,
        files: [{ path: 'index.html', hash: keyOf(`file ${counter}`) as string as FileHash, sizeBytes: 10 }],
        health: { type: 'call', withinMs: 1_000 },
        infoHash: 'ab'.repeat(20) as InfoHash,
        metainfo: new Uint8Array(8),
      }),
      parents,
    );
  const rollOut = (number: number, of: Entry, parents: readonly Entry[]) =>
    write('create', rolloutPath(number), rolloutBody({ release: of.id, select: {} }), [of, ...parents]);
  const first = release(1, []);
  const firstRollout = rollOut(1, first, []);
  const second = release(2, [first]);
  const secondRollout = rollOut(2, second, [firstRollout]);
  return { writer, genesis, first, firstRollout, second, secondRollout };
}

type Fleet = ReturnType<typeof aFleet>;

function beaconOf({ genesis, secondRollout }: Fleet, sequence: number): Statement {
  return {
    fleet: genesis.id,
    author: keyOf('ada'),
    session: 1,
    sequence,
    timeMs: 1_000 + sequence,
    content: { type: 'beacon', frontier: [secondRollout.id], rootVersion: 1, intervalMs: BEACON_MS },
  };
}

/** A till that starts with `stored` on its disk and `mark` in its other places. */
function aTill({ genesis, writer }: Fleet, stored: readonly Entry[], mark: HighWaterMark) {
  const node = createNode({ self: TILL, fleet: genesis.id, device: FRESH_DEVICE, mark });
  const effects: NodeEffect[] = [];
  let nowMs = 0;
  const tell = (input: NodeInput) => {
    nowMs += 1_000;
    const more = node.handle(input, at(nowMs), () => 0.5);
    effects.push(...more);
    return more;
  };
  tell({ type: 'node-started', stored: stored.map(writer.received), heard: [], marks: [] });
  return {
    node,
    tell,
    hear: (statement: Statement) =>
      tell({ type: 'statement-received', statement, bytes: new Uint8Array(), source: { type: 'own' } }),
    receive: (entries: readonly Entry[]) => {
      for (const entry of entries)
        tell({ type: 'entry-received', received: writer.received(entry), source: { type: 'own' } });
    },
    kept: () => effects.findLast((effect) => effect.type === 'keep-mark')?.mark,
    held: () => effects.flatMap((effect) => (effect.type === 'hold-release' ? [effect.release] : [])),
    alarms: () =>
      effects.flatMap((effect) =>
        effect.type === 'sign-statement' && effect.content.type === 'alarm' ? [effect.content.reason] : [],
      ),
    freshness: () => {
      const lease = tell({ type: 'timer-fired', timer: 'lease' }).findLast(
        (effect) => effect.type === 'sign-statement' && effect.content.type === 'lease',
      );
      return lease?.type === 'sign-statement' && lease.content.type === 'lease'
        ? lease.content.freshness
        : '';
    },
  };
}

const entriesOf = ({ writer }: Fleet) => writer.written.map(({ entry }) => entry);

/** What a till that had all of the fleet, and a beacon for it, had kept elsewhere. */
function markAfterAll(fleet: Fleet): HighWaterMark {
  const till = aTill(fleet, entriesOf(fleet), EMPTY_MARK);
  till.hear(beaconOf(fleet, 5));
  till.tell({ type: 'timer-fired', timer: 'mark' });
  return till.kept()!;
}

describe('what a node has reached is kept beside its stores (K2)', () => {
  test('the ledger, and each beacon of which all is here', () => {
    const fleet = aFleet();
    expect(markAfterAll(fleet)).toMatchObject({
      ledger: {
        entries: fleet.writer.written.length,
        newest: expect.arrayContaining([fleet.secondRollout.id]),
      },
      beacons: [{ author: keyOf('ada'), session: 1, sequence: 5, frontier: [fleet.secondRollout.id] }],
    });
  });

  test('a beacon that names what is not here yet is kept when that has come, and not before', () => {
    const fleet = aFleet();
    const till = aTill(fleet, entriesOf(fleet).slice(0, -1), EMPTY_MARK);
    till.hear(beaconOf(fleet, 5));
    till.tell({ type: 'timer-fired', timer: 'mark' });
    expect(till.kept()?.beacons).toEqual([]);
    till.receive([fleet.secondRollout]);
    till.tell({ type: 'timer-fired', timer: 'mark' });
    expect(till.kept()?.beacons).toHaveLength(1);
  });

  test('a beacon of a key without the role is not kept', () => {
    const fleet = aFleet();
    const till = aTill(fleet, entriesOf(fleet), EMPTY_MARK);
    till.hear({ ...beaconOf(fleet, 5), author: keyOf('mallory') });
    till.tell({ type: 'timer-fired', timer: 'mark' });
    expect(till.kept()?.beacons).toEqual([]);
  });

  test('the floor of a release is kept before the commit is', () => {
    const fleet = aFleet();
    const till = aTill(fleet, entriesOf(fleet), EMPTY_MARK);
    till.tell({ type: 'device-input', input: { type: 'bundle-complete', release: fleet.second.id } });
    till.tell({ type: 'device-input', input: { type: 'release-healthy', run: 1 } });
    const effects = till.tell({ type: 'device-input', input: { type: 'release-beat', run: 1 } });
    const kept = effects.findIndex((effect) => effect.type === 'keep-mark');
    const committed = effects.findIndex(
      (effect) => effect.type === 'persist-device' && effect.state.update.stage === 'committed',
    );
    expect(effects[kept]).toMatchObject({
      mark: { floors: { menu: [{ counter: 2, release: fleet.second.id }] } },
    });
    expect(kept).toBeLessThan(committed);
  });
});

describe('a device whose stores came back short (K3)', () => {
  test('says so at once, and goes on when neighbours have sent what was lost', () => {
    const fleet = aFleet();
    const till = aTill(fleet, entriesOf(fleet).slice(0, 5), markAfterAll(fleet));
    expect(till.node.shortfall()).toMatchObject({ entries: 2 });
    expect(till.alarms()).toEqual([expect.stringContaining('came back short')]);
    expect(till.freshness()).toBe('short');
    till.receive([fleet.second, fleet.secondRollout]);
    expect(till.node.shortfall()).toBeUndefined();
    expect(till.freshness()).not.toBe('short');
  });

  test('rollback: it follows no rollout while a beacon that it had proved names what is missing', () => {
    const fleet = aFleet();
    const till = aTill(fleet, [], markAfterAll(fleet));
    till.receive(entriesOf(fleet).slice(0, 5));
    expect(till.node.view().rollouts).toHaveLength(1);
    expect(till.held()).toEqual([]);
    till.receive([fleet.second, fleet.secondRollout]);
    expect(till.held()).toEqual([fleet.second.id]);
  });

  test('rollback: its floors hold though its record is gone, and it may go back to the highest itself', () => {
    const fleet = aFleet();
    const floors = { menu: [{ counter: 2, release: fleet.second.id }] };
    const till = aTill(fleet, entriesOf(fleet).slice(0, 5), { ...EMPTY_MARK, floors });
    expect(till.node.device()?.update).toMatchObject({
      stage: 'refused',
      reason: expect.stringContaining('already run 2'),
    });
    till.receive([fleet.second, fleet.secondRollout]);
    expect(till.held()).toEqual([fleet.second.id]);
  });

  test('as many other entries do not make up for the lost ones', () => {
    const fleet = aFleet();
    const mark = { ...markAfterAll(fleet), beacons: [] };
    const kept = entriesOf(fleet).slice(0, 5);
    for (let at = 0; at < 4; at++)
      kept.push(
        fleet.writer.write({
          by: 'ada',
          action: 'mkdir',
          path: `/config/${at}`,
          grant: kept[1],
          knowing: [kept[1]!],
        }),
      );
    const till = aTill(fleet, kept, mark);
    expect(till.node.ledger.size()).toBeGreaterThan(mark.ledger.entries);
    expect(till.node.shortfall()).toMatchObject({ entries: 1, beacon: undefined });
    till.tell({ type: 'timer-fired', timer: 'mark' });
    expect(till.kept()?.ledger ?? mark.ledger).toEqual(mark.ledger);
  });

  test('freeze: a beacon below the one that it had proved does not make it fresh', () => {
    const fleet = aFleet();
    const till = aTill(fleet, entriesOf(fleet), markAfterAll(fleet));
    till.hear(beaconOf(fleet, 4));
    expect(till.freshness()).toBe('unknown');
    till.hear(beaconOf(fleet, 6));
    expect(till.freshness()).toBe('fresh');
  });
});
