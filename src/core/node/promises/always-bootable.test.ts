import { expect, test } from 'vitest';
import { createEntryWriter, grantTo, keyOf } from '../../ledger/testing/entry-writer.ts';
import { manifestOf } from '../../ledger/testing/random-history.ts';
import type { InfoHash, ReleaseId } from '../../wire/encoding/ids.ts';
import { admissionBody, admissionPath } from '../../wire/entry/admission.ts';
import type { Entry } from '../../wire/entry/entry.ts';
import { releaseBody, releasePath } from '../../wire/entry/release.ts';
import { rolloutBody, rolloutPath } from '../../wire/entry/rollout.ts';
import { type Conduct, fleetInMemory } from './testing/fleet-in-memory.ts';
import { beginHistory, createChance, overHistories } from './testing/history.ts';
import type { NodeOnDisk, Witness } from './testing/node-on-disk.ts';

const LIMIT_MS = 600_000;
const TILL = keyOf('till');

/** Nothing is started whose files are not here, and nothing that could run again is thrown away. */
const assertFilesHere: Witness = (end, effect) => {
  if (effect.type === 'run-release') expect([...end.disk().bundles]).toContain(effect.release);
  if (effect.type !== 'keep-releases') return;
  const { running, fallback } = end.disk().device;
  for (const slot of [running, fallback])
    if (slot !== undefined) expect(effect.releases).toContain(slot.release);
};

/** What a till shows when it has just started: what it committed, or the candidate whose trial goes on. */
function assertBoots(till: NodeOnDisk): void {
  const { running, update } = till.disk().device;
  if (running === undefined) return;
  const candidate = 'subject' in update ? update.subject.release : undefined;
  expect([running.release, candidate]).toContain(till.shown()?.release);
}

/**
 * A till that is to run two releases that are well, and then one that throws. It dies when so many more effects were carried out, for each of
 * `deaths` in turn, and is started again each time.
 */
function liveThrough(deaths: readonly number[]): {
  readonly till: NodeOnDisk;
  readonly good: ReleaseId;
  readonly effects: number;
} {
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const all = writer.write({ by: 'root', action: 'grant', body: grantTo(['ann']) });
  const rest = { by: 'ann', grant: all, knowing: [all] } as const;
  const admission = writer.write({
    ...rest,
    action: 'admit',
    path: admissionPath(TILL),
    body: admissionBody({ device: TILL, name: 'till', site: 'Harbour', labels: {} }),
  });
  const conducts = new Map<ReleaseId, Conduct>();
  let effects = 0;
  const fleet = fleetInMemory({
    writer,
    chance: createChance(1),
    conductOf: (release) => conducts.get(release) ?? 'well',
    witness: (end, effect) => {
      if (end.isDevice) effects += Number(end.keeps(effect));
      assertFilesHere(end, effect);
    },
  });
  const desk = fleet.open(keyOf('desk'), { isDevice: false });
  for (const entry of [writer.genesis, all, admission]) fleet.write(entry, desk);
  const till = fleet.open(TILL, { isDevice: true });
  const left = [...deaths];
  const dieNext = () => till.dieIn(left.shift() ?? Number.POSITIVE_INFINITY);
  const goOn = () => {
    for (let turn = 0; turn < 3; turn++) {
      fleet.pass(5_000);
      if (till.isUp()) continue;
      dieNext();
      fleet.restart(till);
      if (till.isUp()) assertBoots(till);
    }
  };
  dieNext();
  let before: Entry | undefined;
  const releases = (['well', 'well', 'throws'] as const).map((conduct, at) => {
    const counter = at + 1;
    const release = writer.write({
      ...rest,
      action: 'create',
      path: releasePath('menu', counter),
      parents: before ? [before] : [],
      body: releaseBody({ ...manifestOf('menu', counter), infoHash: String(counter).repeat(40) as InfoHash }),
    });
    before = release;
    conducts.set(release.id, conduct);
    const rollout = writer.write({
      ...rest,
      action: 'create',
      path: rolloutPath(counter),
      parents: [release],
      body: rolloutBody({ release: release.id, select: {} }),
    });
    for (const entry of [release, rollout]) fleet.write(entry, desk);
    goOn();
    return release;
  });
  till.dieIn(Number.POSITIVE_INFINITY);
  fleet.restart(till);
  for (let turn = 0; turn < 3; turn++) fleet.pass(10_000);
  return { till, good: releases[1]!.id, effects };
}

function assertRuns({ till, good }: ReturnType<typeof liveThrough>): void {
  expect(till.disk().device.running?.release).toBe(good);
  expect(till.shown()?.release).toBe(good);
  expect(till.disk().device.update).toMatchObject({ stage: 'rolled-back' });
}

test(
  'killed between any two effects, and started again: a till shows a release of its own, and comes to where it would have come (D1, D2)',
  () => {
    const whole = liveThrough([]);
    assertRuns(whole);
    expect(whole.effects).toBeGreaterThan(30);
    for (let at = 0; at < whole.effects; at++) assertRuns(liveThrough([at]));
  },
  LIMIT_MS,
);

test(
  'killed twice, at any two effects, the second soon after the start (D2, D8)',
  () => {
    const chance = createChance(7);
    for (let turn = 0; turn < 40; turn++)
      assertRuns(liveThrough([Math.floor(chance() * 60), Math.floor(chance() * 8)]));
  },
  LIMIT_MS,
);

test(
  'over random histories: a device that ever committed something shows something whenever it is on (D2, D4, D8)',
  () => {
    let shown = 0;
    overHistories(25, (steps, seed) => {
      // A device that lost its files has them fetched first, so only what it keeps itself is held to that.
      const history = beginHistory(seed, () => {});
      const assertAllShow = () => {
        for (const device of history.devices) {
          const { running } = device.disk().device;
          if (!device.isUp() || running === undefined) continue;
          shown++;
          expect(device.shown()).toBeDefined();
        }
      };
      for (const step of steps) {
        history.play(step);
        assertAllShow();
      }
      history.heal(20_000);
      assertAllShow();
    });
    expect(shown).toBeGreaterThan(100);
  },
  LIMIT_MS,
);
