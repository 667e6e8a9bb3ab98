import { describe, expect, test } from 'vitest';
import { type DeviceState, FRESH_DEVICE } from '../device/state.ts';
import { keyOf } from '../ledger/testing/entry-writer.ts';
import { twoQuorumFleet } from '../ledger/testing/two-quorum-fleet.ts';
import { at } from '../time/testing/at.ts';
import { admissionBody, admissionPath } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { ackBody, revokeBody } from '../wire/entry/revoke.ts';
import { rolloutBody, rolloutPath } from '../wire/entry/rollout.ts';
import { EMPTY_MARK } from '../wire/kept/high-water-mark.ts';
import type { NodeEffect } from './effect.ts';
import type { NodeInput } from './input.ts';
import { createNode } from './node.ts';

const TILL = keyOf('till');

/** A till that runs the first release and is told to run the second. */
function aFleet() {
  const fleet = twoQuorumFleet();
  const { writer, op, rel, publish, rollOut } = fleet;
  const admission = writer.write({
    by: 'op',
    action: 'admit',
    path: admissionPath(TILL),
    grant: op,
    knowing: [op],
    body: admissionBody({ device: TILL, name: 'till', site: 'Harbour', labels: {} }),
  });
  const first = publish(1, { knowing: [rel] });
  const firstRollout = rollOut(first, { knowing: [op] });
  const second = publish(2, { knowing: [rel], parents: [first] });
  const secondRollout = rollOut(second, {
    knowing: [op],
    path: rolloutPath(2),
    parents: [second, firstRollout],
  });
  return { ...fleet, admission, first, firstRollout, second, secondRollout };
}

type Fleet = ReturnType<typeof aFleet>;

function aTill({ writer }: Fleet, device: DeviceState, stored: readonly Entry[]) {
  const node = createNode({ self: TILL, fleet: writer.genesis.id, device, mark: EMPTY_MARK });
  const effects: NodeEffect[] = [];
  let nowMs = 0;
  const tell = (input: NodeInput) => {
    nowMs += 10;
    effects.push(...node.handle(input, at(nowMs), () => 0.5));
  };
  tell({ type: 'node-started', stored: stored.map(writer.received), heard: [], marks: [] });
  return {
    receive: (...entries: readonly Entry[]) => {
      for (const entry of entries)
        tell({ type: 'entry-received', received: writer.received(entry), source: { type: 'own' } });
    },
    complete: (release: Entry) =>
      tell({ type: 'device-input', input: { type: 'bundle-complete', release: release.id } }),
    healthy: () => {
      const run = effects.findLast((effect) => effect.type === 'run-release')?.run ?? 0;
      for (const type of ['release-healthy', 'release-beat'] as const)
        tell({ type: 'device-input', input: { type, run } });
    },
    device: () => node.device()!,
    running: () => node.device()?.running?.release,
    shown: () => {
      const last = effects.findLast(({ type }) => type === 'run-release' || type === 'stop-release');
      return last?.type === 'run-release' ? last.release : undefined;
    },
    receipts: () =>
      effects.flatMap((effect) =>
        effect.type === 'sign-statement' && effect.content.type === 'receipt' ? [effect.content] : [],
      ),
  };
}

/** A till that committed the first release and has the second's wish. */
function aTillBetween(fleet: Fleet, stage: 'fetching' | 'probation') {
  const all = fleet.writer.written.map(({ entry }) => entry);
  const till = aTill(fleet, FRESH_DEVICE, all.slice(0, all.indexOf(fleet.second)));
  till.complete(fleet.first);
  till.healthy();
  expect(till.running()).toBe(fleet.first.id);
  till.receive(fleet.second, fleet.secondRollout);
  if (stage === 'probation') till.complete(fleet.second);
  expect(till.device().update).toMatchObject({ stage, rollout: fleet.secondRollout.id });
  return till;
}

/** Every way in which the second rollout ceases to be wished of the till, and which one is wished then. */
const WITHDRAWALS: readonly [string, (fleet: Fleet) => readonly Entry[]][] = [
  [
    'the rollout is deleted',
    ({ writer, op, secondRollout }) => [
      writer.write({
        by: 'op',
        action: 'delete',
        path: secondRollout.path,
        grant: op,
        knowing: [op],
        parents: [secondRollout],
      }),
    ],
  ],
  [
    'the operator who signed it is revoked',
    ({ writer, op, admission, firstRollout }) => [revoke(writer, 'op', op, admission, firstRollout)],
  ],
  ['who published the release is revoked', ({ writer, rel, first }) => [revoke(writer, 'rel', rel, first)]],
  [
    'it is changed to be for another site',
    ({ writer, op, second, secondRollout }) => [
      writer.write({
        by: 'op',
        action: 'update',
        path: secondRollout.path,
        grant: op,
        knowing: [op],
        parents: [second, secondRollout],
        body: rolloutBody({ release: second.id, select: { sites: ['Pier'] } }),
      }),
    ],
  ],
  [
    'all rollouts go with the device’s admission',
    ({ writer, op, admission }) => [
      writer.write({
        by: 'op',
        action: 'delete',
        path: admission.path,
        grant: op,
        knowing: [op],
        parents: [admission],
      }),
    ],
  ],
];

/** Takes back what the key signed, but for `kept` and what lies in its past. */
function revoke(writer: Fleet['writer'], key: string, grant: Entry, ...kept: readonly Entry[]): Entry {
  return writer.write({
    by: 'root',
    action: 'revoke',
    knowing: [grant],
    body: revokeBody({
      key: keyOf(key),
      frontier: kept.map(({ id }) => id).sort(),
      reason: 'the key was stolen',
    }),
  });
}

describe.each(WITHDRAWALS)('when %s', (_, withdraw) => {
  test.each(['fetching', 'probation'] as const)('a device in %s goes back to what it ran (D10)', (stage) => {
    const fleet = aFleet();
    const till = aTillBetween(fleet, stage);
    till.receive(...withdraw(fleet));
    expect(till.shown()).toBe(fleet.first.id);
    till.complete(fleet.second);
    till.healthy();
    expect(till.running()).toBe(fleet.first.id);
    expect(till.shown()).toBe(fleet.first.id);
    expect(till.receipts().at(-1)?.stage).toMatch(/^(withdrawn|committed)$/);
  });

  test.each(['fetching', 'probation'] as const)(
    'a device that was off in %s starts what it ran (D10)',
    (stage) => {
      const fleet = aFleet();
      const left = aTillBetween(fleet, stage).device();
      withdraw(fleet);
      const all = fleet.writer.written.map(({ entry }) => entry);
      const till = aTill(fleet, left, all);
      till.complete(fleet.second);
      till.healthy();
      expect(till.running()).toBe(fleet.first.id);
      expect(till.shown()).toBe(fleet.first.id);
    },
  );
});

test('a revoked rollout that an ack brings back is followed again (L15)', () => {
  const fleet = aFleet();
  const till = aTillBetween(fleet, 'probation');
  const revoked = revoke(fleet.writer, 'op', fleet.op, fleet.admission, fleet.firstRollout);
  till.receive(revoked);
  expect(till.device().update.stage).not.toBe('probation');
  till.receive(
    fleet.writer.write({
      by: 'root',
      action: 'ack',
      knowing: [revoked],
      body: ackBody({ entries: [fleet.secondRollout.id] }),
    }),
  );
  till.complete(fleet.second);
  till.healthy();
  expect(till.running()).toBe(fleet.second.id);
});
