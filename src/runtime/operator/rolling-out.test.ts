import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FRESH_DEVICE } from '../../core/device/state.ts';
import { aDevice } from '../../core/device/testing/device-on-disk.ts';
import { wishFor } from '../../core/rollout/wish.ts';
import type { NodeId, ReleaseId } from '../../core/wire/encoding/ids.ts';
import { releaseBody } from '../../core/wire/entry/release.ts';
import { rolloutBody, rolloutPath } from '../../core/wire/entry/rollout.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { revokeKey } from './authority-actions.ts';
import { ownGrant } from './own-grant.ts';
import { writeRelease } from './publish.ts';
import { createRollingOut, type RollingOut } from './rolling-out.ts';
import { createMenuFleet, door, type MenuFleet, menu, till } from './testing/menu-fleet.ts';
import { carry } from './testing/people.ts';

let fleet: MenuFleet;
let ada: NodeRuntime;
let rolling: RollingOut;
beforeEach(async () => {
  fleet = await createMenuFleet();
  ({ ada, rolling } = fleet);
});
afterEach(() => fleet.close());

const publish: MenuFleet['publish'] = (...args) => fleet.publish(...args);
const rollOut: MenuFleet['rollOut'] = (...args) => fleet.rollOut(...args);
const view = () => fleet.view();
const wishOf = (device: NodeId) => fleet.wishOf(device);
const published = () =>
  Array.from(view().releases.values(), ({ manifest: { counter, version } }) => `${version} as ${counter}`);

describe('a release that devices may refuse (D3)', () => {
  test('is published again under the next counter, with the same files and version, and rolled out', async () => {
    const first = await publish(1);
    await rollOut(first);
    await rollOut(await publish(2));
    expect(rolling.plan([{ release: first, select: {} }])).toEqual([
      {
        release: first,
        select: {},
        devices: [till, menu, door],
        course: { type: 'publish-again', counter: 3 },
      },
    ]);
    await rolling.rollOut([{ release: first, select: {} }]);
    const again = [...view().releases.values()].find(({ manifest: { counter } }) => counter === 3)!;
    expect(again.manifest).toEqual({ ...fleet.manifest(1, 1), counter: 3 });
    expect(wishOf(till)).toBe('1.0.0 as 3');
  });

  test('is one that has the same number as another that was rolled out: whoever committed that takes no other of it', async () => {
    const grace = await fleet.people.invite(ada, 'Grace');
    await carry(ada, grace);
    const ours = await publish(1);
    await rollOut(await publish(1, 2, grace), {}, grace);
    await carry(grace, ada);
    expect(view().releases.has(ours)).toBe(true);
    expect(rolling.plan([{ release: ours, select: {} }])).toMatchObject([
      { course: { type: 'publish-again' } },
    ]);
  });

  test('goes out as the lowest that no device refuses of those with the same files', async () => {
    const first = await publish(1);
    await rollOut(await publish(2));
    const fourth = await publish(4, 1);
    await publish(5, 1);
    expect(rolling.plan([{ release: first, select: {} }])).toMatchObject([
      { course: { type: 'roll-out', release: fourth, counter: 4 } },
    ]);
  });

  test('is published again with all that a later version has put into it, of which this one knows nothing (W10)', async () => {
    const later = { patch: { from: 'x' }, needs: ['patch'] };
    const first = await writeRelease(ada, { ...releaseBody(fleet.manifest(1, 1)), ...later });
    const plain = await publish(2, 1);
    await rollOut(await publish(3));
    await rolling.rollOut([{ release: first, select: {} }]);
    await rolling.rollOut([{ release: plain, select: { sites: ['Pier'] } }]);
    const bodies = [...view().releases.values()].map(({ entry }) => entry.body);
    expect(bodies.find(({ counter }) => counter === 4)).toMatchObject(later);
    expect(bodies.find(({ counter }) => counter === 5)).not.toHaveProperty('patch');
  });

  test('is not gone back to from a rollout that names its devices in words of a later version (W10)', async () => {
    await rollOut(await publish(1), { sites: ['Harbour'] });
    const second = await publish(2);
    const beyond = await ada.write({
      action: 'create',
      path: rolloutPath(9),
      parents: [second],
      grant: ownGrant(ada, 'operator'),
      body: {
        ...rolloutBody({ release: second, select: {} }),
        select: { sites: ['Harbour'], hardware: ['arm64'] },
      },
    });
    expect(rolling.wayBack({ type: 'rollout', rollout: beyond }, undefined)).toEqual({
      now: [],
      origins: [],
      steps: [],
    });
    const [step] = rolling.wayBack({ type: 'device', device: till }, undefined).steps;
    expect(step).toMatchObject({ select: { devices: [till] }, devices: [till] });
    const [forBoth] = rolling.wayBack({ type: 'product-of', release: second }, undefined).steps;
    expect(forBoth?.select).toEqual({ devices: [till, menu].sort() });
  });

  test('is rolled out as it is while no rollout has stood above it', async () => {
    const first = await publish(1);
    await publish(2);
    await rolling.rollOut([{ release: first, select: {} }]);
    expect(published()).toEqual(['1.0.0 as 1', '2.0.0 as 2']);
    expect(wishOf(till)).toBe('1.0.0 as 1');
  });

  test('is not published a third time: the later release of its files is rolled out', async () => {
    const first = await publish(1);
    await rollOut(await publish(2));
    await rolling.rollOut([{ release: first, select: {} }]);
    expect(rolling.plan([{ release: first, select: {} }])[0]?.course).toMatchObject({ counter: 3 });
    await rolling.rollOut([{ release: first, select: { sites: ['Pier'] } }]);
    expect(published()).toHaveLength(3);
    expect(wishOf(door)).toBe('1.0.0 as 3');
  });

  test('is not stood for by one of its files that is judged by another rule', async () => {
    const first = await publish(1);
    await rollOut(await publish(2));
    await writeRelease(
      ada,
      releaseBody({ ...fleet.manifest(3, 1), health: { type: 'quiet', forMs: 1_000 } }),
    );
    expect(rolling.plan([{ release: first, select: {} }])[0]?.course).toEqual({
      type: 'publish-again',
      counter: 4,
    });
  });

  test('is one still when the rollout above it was deleted: devices may have followed it', async () => {
    const first = await publish(1);
    const above = await rollOut(await publish(2));
    const { path, grant } = ada.node.ledger.accepted(above)!;
    await ada.write({ action: 'delete', path, parents: [above], grant, body: {} });
    expect(view().rollouts).toEqual([]);
    expect(rolling.plan([{ release: first, select: {} }])[0]?.course).toMatchObject({
      type: 'publish-again',
    });
  });

  test('is none any more when what stood above it does not count: such a floor holds nothing back', async () => {
    const grace = await fleet.people.invite(ada, 'Grace');
    const first = await publish(1);
    await carry(ada, grace);
    const stolen = await publish(9, 2, grace);
    await carry(grace, ada);
    await rollOut(stolen);
    expect(rolling.plan([{ release: first, select: {} }])[0]?.course).toMatchObject({ counter: 10 });
    await revokeKey(ada, fleet.people.keys, {
      key: grace.identity.id,
      reason: 'stolen',
      spare: { type: 'nothing-after', entry: stolen },
      signing: { type: 'alone' },
    });
    expect(rolling.plan([{ release: first, select: {} }])[0]?.course).toEqual({
      type: 'roll-out',
      release: first,
      counter: 1,
    });
    // The number of what was voided is not taken again: an ack may bring it back.
    await rollOut(await publish(8, 3));
    expect(rolling.plan([{ release: first, select: {} }])[0]?.course).toMatchObject({ counter: 10 });
    await expect(rolling.rollOut([{ release: stolen, select: {} }])).rejects.toThrow(
      'menu 2.0.0 does not count: whoever signed it had no right to, or lost it. Roll another release out.',
    );
  });

  test('is taken by a device that ran what is above it, in one wish', async () => {
    const first = await publish(1);
    await rollOut(await publish(2));
    await rolling.rollOut([{ release: first, select: {} }]);
    const wish = wishFor(view(), view().devices.get(till)?.body)!;
    const { product, version, counter, health } = view().releases.get(wish.release)!.manifest;
    const device = aDevice({
      ...FRESH_DEVICE,
      floors: { menu: [{ counter: 2, release: 'second' as ReleaseId }] },
    });
    device.wish(wish.rollout, { release: wish.release, product, version, counter, health });
    expect(device.state().update.stage).toBe('fetching');
  });

  test('where two rollouts crossed is refused with the way out of it, and that is taken', async () => {
    const seventh = await publish(7);
    await rollOut(await publish(8, 2));
    await rollOut(seventh);
    const device = aDevice({
      ...FRESH_DEVICE,
      floors: { menu: [{ counter: 8, release: 'eighth' as ReleaseId }] },
    });
    const follow = () => {
      const wish = wishFor(view(), view().devices.get(till)?.body)!;
      const { product, version, counter, health } = view().releases.get(wish.release)!.manifest;
      device.wish(wish.rollout, { release: wish.release, product, version, counter, health });
      return device.state().update;
    };
    expect(follow()).toMatchObject({
      stage: 'refused',
      reason:
        '7.0.0 is release 7 of menu, and this device has already run 8: it takes only higher numbers. Roll it out again, and its files are published under the next one',
    });
    await rolling.rollOut([{ release: seventh, select: { devices: [till] } }]);
    expect(follow()).toMatchObject({ stage: 'fetching', subject: { version: '7.0.0', counter: 9 } });
  });
});

describe('what is missing is said before anything is signed', () => {
  test('files that this browser does not hold', async () => {
    const first = await publish(1);
    await rollOut(await publish(2));
    await fleet.content.retain(new Set([fleet.hashes[2]!]));
    expect(await rolling.filesHere(first)).toEqual({ missingFiles: 1, missingBytes: 11, sizeBytes: 11 });
    const before = ada.node.ledger.size();
    await expect(rolling.rollOut([{ release: first, select: {} }])).rejects.toThrow(
      'This browser lacks 1 of the files of menu 1.0.0, so it cannot publish them again. Fetch them first.',
    );
    expect(ada.node.ledger.size()).toBe(before);
  });

  test('the right to publish, for all steps before the first', async () => {
    const grace = await fleet.people.invite(ada, 'Grace', { roles: ['operator'] });
    const [first, second] = [await publish(1), await publish(2)];
    await rollOut(second);
    await carry(ada, grace);
    const hers = createRollingOut(grace, fleet.content);
    const before = grace.node.ledger.size();
    await expect(
      hers.rollOut([
        { release: second, select: {} },
        { release: first, select: { devices: [door] } },
      ]),
    ).rejects.toThrow(/may not publish releases/);
    expect(grace.node.ledger.size()).toBe(before);
  });
});
