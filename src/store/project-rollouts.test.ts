import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRolledOut } from '../core/rollout/rolled-out.ts';
import { at } from '../core/time/testing/at.ts';
import {
  type FileHash,
  type InfoHash,
  idFromBytes,
  type NodeId,
  type ReleaseId,
  type RolloutId,
} from '../core/wire/encoding/ids.ts';
import { releaseBody } from '../core/wire/entry/release.ts';
import type { DeviceStage } from '../core/wire/statement/device-stage.ts';
import type { ReceiptContent } from '../core/wire/statement/statement.ts';
import type { NodeRuntime } from '../runtime/node-runtime.ts';
import { admitDevice, startRollout } from '../runtime/operator/actions.ts';
import { revokeKey } from '../runtime/operator/authority-actions.ts';
import { writeRelease } from '../runtime/operator/publish.ts';
import { carry, createPeople, type People } from '../runtime/operator/testing/people.ts';
import type { DeviceRow } from './model.ts';
import { projectReleases, projectRollouts } from './testing/whole-projection.ts';

let people: People;
let ada: NodeRuntime;
let grace: NodeRuntime;

beforeEach(async () => {
  people = await createPeople();
  ({ ada } = people);
  grace = await people.invite(ada, 'Grace');
  await carry(ada, grace);
});
afterEach(() => people.close());

const publish = (by: NodeRuntime, counter: number, version = '1.0.0') =>
  writeRelease(
    by,
    releaseBody({
      product: 'menu',
      version,
      counter,
      files: [{ path: 'index.html', hash: idFromBytes<FileHash>(new Uint8Array(32).fill(1)), sizeBytes: 10 }],
      health: { type: 'call', withinMs: 10_000 },
      infoHash: '1'.repeat(40) as InfoHash,
      metainfo: new Uint8Array(8),
    }),
  );
const rollOut = (by: NodeRuntime, release: ReleaseId) => startRollout(by, { release, select: {} });
const TILL = idFromBytes<NodeId>(new Uint8Array(32).fill(77));
/** Ada's rows, with the till's. */
const rows = () =>
  projectRollouts(
    ada.node,
    [{ id: TILL, name: 'till', site: 'Harbour' } as DeviceRow],
    createRolledOut(ada.node.ledger)(),
  );
const rollouts = ({ node }: NodeRuntime) => projectRollouts(node, [], createRolledOut(node.ledger)());

describe('releases of one version', () => {
  test('are told apart by their numbers, wherever they are named', async () => {
    await publish(ada, 1, '0.9.0');
    await publish(ada, 2);
    const again = await publish(ada, 3);
    await rollOut(ada, again);
    expect(projectReleases(ada.node, []).map(({ version, label }) => [version, label])).toEqual([
      ['1.0.0', '1.0.0 (release 3)'],
      ['1.0.0', '1.0.0 (release 2)'],
      ['0.9.0', '0.9.0'],
    ]);
    expect(rollouts(ada)).toMatchObject([{ product: 'menu', version: '1.0.0 (release 3)' }]);
  });
});

describe('a rollout that came to nothing', () => {
  test('is listed with what another one did to it, where two operators signed at the same time', async () => {
    const release = await publish(ada, 1);
    await carry(ada, grace);
    const [hers, ours] = [await rollOut(grace, release), await rollOut(ada, release)];
    await carry(grace, ada);
    const rows = rollouts(ada);
    expect(rows.map(({ id }) => id).sort()).toEqual([hers, ours].sort());
    const [lost, ...others] = rows.filter(({ standing }) => standing === 'void');
    expect(others).toEqual([]);
    expect(lost).toMatchObject({
      version: '1.0.0',
      why: 'another rollout was signed under the same number at the same time, and that one counts',
      devices: [],
    });
    expect(rows.filter(({ standing }) => standing === 'active')).toHaveLength(1);
  });

  test('says so where its release lost its place to another one', async () => {
    // Ada was granted nearer to the root than Grace, whom she invited (L16).
    const lost = await rollOut(grace, await publish(grace, 1, '2.0.0'));
    const other = await publish(ada, 1, '3.0.0');
    await carry(grace, ada);
    await carry(ada, grace);
    for (const node of [ada, grace]) {
      expect(node.node.view().releases.has(other)).toBe(true);
      expect(rollouts(node)).toMatchObject([
        {
          id: lost,
          product: 'menu',
          version: '2.0.0',
          standing: 'void',
          why: 'its release does not count: another release was signed under the same number at the same time, and that one counts',
        },
      ]);
    }
  });

  test('says so where the key that signed its release was revoked, and where its own was', async () => {
    const release = await publish(grace, 1);
    const theirs = await rollOut(grace, release);
    await carry(grace, ada);
    const ours = await rollOut(ada, release);
    await revokeKey(ada, people.keys, {
      key: grace.identity.id,
      reason: 'stolen',
      spare: { type: 'nothing-after', entry: release },
      signing: { type: 'alone' },
    });
    const revoked =
      'its key, or that of who gave it its rights, was revoked, and the revoke did not spare it';
    expect(rollouts(ada)).toMatchObject([
      { id: ours, version: '1.0.0', standing: 'void', why: `its release does not count: ${revoked}` },
      { id: theirs, version: '1.0.0', standing: 'void', why: revoked },
    ]);
  });

  test('says so where it was deleted', async () => {
    await admitDevice(ada, { device: TILL, name: 'till', site: 'Harbour', labels: {} });
    const rollout = await rollOut(ada, await publish(ada, 1));
    expect(rows()).toMatchObject([{ id: rollout, standing: 'active', devices: [{ id: TILL }] }]);
    const { path, grant } = ada.node.ledger.accepted(rollout)!;
    await ada.write({ action: 'delete', path, parents: [rollout], grant, body: {} });
    expect(rows()).toMatchObject([
      {
        id: rollout,
        standing: 'taken-back',
        why: 'a later entry took it back',
        devices: [],
        counts: { matched: 0 },
      },
    ]);
  });
});

describe('a rollout that stands', () => {
  /** The till says what became of a rollout at it. */
  const hear = (rollout: RolloutId, release: ReleaseId, stage: DeviceStage, sequence: number) =>
    ada.node.book.put({
      statement: {
        fleet: people.fleet,
        author: TILL,
        session: 1,
        sequence,
        timeMs: 0,
        content: { type: 'receipt', rollout, release, stage, reason: '' } as ReceiptContent,
      },
      bytes: new Uint8Array(),
      heardAt: at(sequence),
    });

  beforeEach(() => admitDevice(ada, { device: TILL, name: 'till', site: 'Harbour', labels: {} }));

  test('counts what its devices say of it, and nothing that they say of another', async () => {
    const first = await publish(ada, 1);
    const [before, after] = [await rollOut(ada, first), await rollOut(ada, await publish(ada, 2))];
    hear(before, first, 'committed', 1);
    expect(rows().map(({ id, counts: { committed, waiting } }) => [id, committed, waiting])).toEqual([
      [after, 0, 1],
      [before, 1, 0],
    ]);
  });

  test('counts a device that refused it among those at which it failed', async () => {
    const release = await publish(ada, 1);
    hear(await rollOut(ada, release), release, 'refused', 1);
    expect(rows()[0]?.counts).toEqual({ matched: 1, committed: 0, underway: 0, failed: 1, waiting: 0 });
  });

  test('is over when a newer one of its product has all its devices', async () => {
    const [before, after] = [
      await rollOut(ada, await publish(ada, 1)),
      await rollOut(ada, await publish(ada, 2)),
    ];
    expect(rows().map(({ id, standing }) => [id, standing])).toEqual([
      [after, 'active'],
      [before, 'superseded'],
    ]);
  });
});
