import { describe, expect, test } from 'vitest';
import type { DeviceState } from '../device/state.ts';
import { createEntryWriter, grantTo, keyOf } from '../ledger/testing/entry-writer.ts';
import { manifestOf } from '../ledger/testing/random-history.ts';
import { foldWritten } from '../ledger/testing/two-quorum-fleet.ts';
import { at } from '../time/testing/at.ts';
import type { EntryId, InfoHash, ReleaseId } from '../wire/encoding/ids.ts';
import { admissionBody, admissionPath } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { releaseBody, releasePath } from '../wire/entry/release.ts';
import { revokeBody } from '../wire/entry/revoke.ts';
import { rolloutBody, rolloutPath } from '../wire/entry/rollout.ts';
import { EMPTY_MARK } from '../wire/kept/high-water-mark.ts';
import { fleetInMemory } from './promises/testing/fleet-in-memory.ts';
import { createChance } from './promises/testing/history.ts';
import { type Disk, EMPTY_DISK } from './promises/testing/node-on-disk.ts';
import { createProvenState } from './proven-state.ts';

const TILL = keyOf('till');

/** A till, an operator, and who publishes as `rel`. */
function aFleet() {
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const grant = (name: string, role: 'release' | 'operator', knowing: readonly Entry[] = [writer.genesis]) =>
    writer.write({
      by: 'root',
      action: 'grant',
      knowing,
      body: grantTo([name], { roles: [role], mayGrant: false }),
    });
  const rel = grant('rel', 'release');
  const op = grant('op', 'operator');
  const admission = writer.write({
    by: 'op',
    grant: op,
    action: 'admit',
    path: admissionPath(TILL),
    body: admissionBody({ device: TILL, name: 'till', site: 'Harbour', labels: {} }),
  });
  const publish = (counter: number, by = 'rel', under = rel) =>
    writer.write({
      by,
      grant: under,
      knowing: [under],
      action: 'create',
      path: releasePath('menu', counter),
      body: releaseBody({ ...manifestOf('menu', counter), infoHash: String(counter).repeat(40) as InfoHash }),
    });
  const rollOut = (number: number, release: Entry) =>
    writer.write({
      by: 'op',
      grant: op,
      action: 'create',
      path: rolloutPath(number),
      parents: [release],
      body: rolloutBody({ release: release.id, select: {} }),
    });
  const open = (disk: Disk) => {
    const fleet = fleetInMemory({
      writer,
      chance: createChance(1),
      conductOf: () => 'well',
      witness: () => {},
    });
    return { fleet, till: fleet.open(TILL, { isDevice: true, disk }) };
  };
  return { writer, grant, rel, op, admission, publish, rollOut, open };
}

const diskOf = (
  { writer }: ReturnType<typeof aFleet>,
  entries: readonly Entry[],
  rest: Partial<Disk> = {},
): Disk => ({
  ...EMPTY_DISK(),
  entries: new Map(entries.map((entry) => [entry.id, writer.received(entry)])),
  ...rest,
});

describe('a device follows its ledger', () => {
  test('past a floor that a stolen key set with the highest number, once that key is revoked (D3, fast-forward)', () => {
    const all = aFleet();
    const { writer, publish, rollOut, grant, open, rel, op, admission } = all;
    const { fleet, till } = open(diskOf(all, [writer.genesis, rel, op, admission]));
    const stolen = publish(9);
    for (const entry of [stolen, rollOut(1, stolen)]) fleet.write(entry, till);
    fleet.pass(5_000);
    expect(till.disk().device.running?.counter).toBe(9);
    const revoke = writer.write({
      by: 'root',
      action: 'revoke',
      knowing: [rel],
      body: revokeBody({ key: keyOf('rel'), frontier: [], reason: 'stolen' }),
    });
    const again = grant('other', 'release', [revoke]);
    const honest = publish(2, 'other', again);
    for (const entry of [revoke, again, honest, rollOut(2, honest)]) fleet.write(entry, till);
    fleet.pass(5_000);
    expect(till.disk().device).toMatchObject({ running: { counter: 2 }, update: { stage: 'committed' } });
  });

  test('and waits with an update while its ledger is short and shows no wish, where it would else drop it (D10, K3)', () => {
    const all = aFleet();
    const { writer, publish, rollOut, open, rel, op, admission } = all;
    const release = publish(1);
    const rollout = rollOut(1, release);
    const { version, health } = manifestOf('menu', 1);
    const subject = { release: release.id as ReleaseId, product: 'menu', version, counter: 1, health };
    const device: DeviceState = {
      update: { stage: 'fetching', rollout: rollout.id, subject },
      running: undefined,
      fallback: undefined,
      floors: {},
      badStarts: 0,
    };
    const left = [writer.genesis, rel, op, admission];
    const mark = { ...EMPTY_MARK, ledger: { entries: 6, newest: [rollout.id as EntryId] } };
    const short = open(diskOf(all, left, { device, mark }));
    short.fleet.pass(5_000);
    expect(short.till.disk().device.update).toEqual(device.update);
    for (const entry of [release, rollout]) short.fleet.write(entry, short.till);
    short.fleet.pass(5_000);
    expect(short.till.disk().device.update.stage).toBe('committed');

    const whole = open(diskOf(all, left, { device }));
    expect(whole.till.disk().device.update.stage).toBe('withdrawn');
  });
});

test('a beacon is proven when all that it names is here, and not before (K2)', () => {
  const { writer, publish } = aFleet();
  const release = publish(1);
  const proven = createProvenState(foldWritten(writer), EMPTY_MARK);
  const beacon = (sequence: number, ...frontier: readonly string[]) => ({
    statement: {
      fleet: writer.genesis.id,
      author: keyOf('op'),
      session: 1,
      sequence,
      timeMs: 1,
      content: {
        type: 'beacon',
        frontier: frontier as readonly EntryId[],
        rootVersion: 1,
        intervalMs: 60_000,
      },
    } as const,
    bytes: new Uint8Array(),
    heardAt: at(1),
  });
  proven.raise([beacon(1, release.id, keyOf('not here'))]);
  expect(proven.mark().beacons).toEqual([]);
  proven.raise([beacon(2, release.id)]);
  expect(proven.mark().beacons).toMatchObject([{ sequence: 2 }]);
});
