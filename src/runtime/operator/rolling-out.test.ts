import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryContentStore } from '../../adapters/memory/content-store.ts';
import { FRESH_DEVICE } from '../../core/device/state.ts';
import { aDevice } from '../../core/device/testing/device-on-disk.ts';
import { wishFor } from '../../core/rollout/wish.ts';
import {
  type FileHash,
  type InfoHash,
  idFromBytes,
  type NodeId,
  type ReleaseId,
} from '../../core/wire/encoding/ids.ts';
import { type ReleaseManifest, releaseBody } from '../../core/wire/entry/release.ts';
import { rolloutBody, rolloutPath, type Selector } from '../../core/wire/entry/rollout.ts';
import { hashOf, inChunks, sampleBytes } from '../../ports/acceptance/sample-bytes.ts';
import type { ContentStore } from '../../ports/content.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { admitDevice, startRollout } from './actions.ts';
import { revokeKey } from './authority-actions.ts';
import { ownGrant } from './own-grant.ts';
import { writeRelease } from './publish.ts';
import { createRollingOut, type RollingOut } from './rolling-out.ts';
import { carry, createPeople, type People } from './testing/people.ts';

let people: People;
let ada: NodeRuntime;
let content: ContentStore;
let rolling: RollingOut;
let hashes: readonly FileHash[];

/** Keys of the devices; nobody holds the other half. */
const [till, menu, door] = [1, 2, 3].map((fill) => idFromBytes<NodeId>(keyBytes(fill))) as [
  NodeId,
  NodeId,
  NodeId,
];

function keyBytes(fill: number): Uint8Array {
  return new Uint8Array(32).fill(fill);
}

/** Release `counter` with the files of version `version`; the same for the same version. */
function manifest(counter: number, version: number, product = 'menu'): ReleaseManifest {
  return {
    product,
    version: `${version}.0.0`,
    counter,
    files: [{ path: 'index.html', hash: hashes[version]!, sizeBytes: 10 + version }],
    health: { type: 'call', withinMs: 10_000 },
    infoHash: `${product === 'menu' ? '' : 'f'}${String(version).repeat(40)}`.slice(0, 40) as InfoHash,
    metainfo: new Uint8Array(8),
  };
}

beforeEach(async () => {
  people = await createPeople();
  ({ ada } = people);
  content = createMemoryContentStore();
  const files = Array.from({ length: 8 }, (_, version) => sampleBytes(10 + version, version + 1));
  hashes = await Promise.all(files.map(hashOf));
  for (const [version, bytes] of files.entries())
    await content.putFile(hashes[version]!, bytes.length, inChunks(bytes, 5));
  rolling = createRollingOut(ada, content);
  for (const [device, site] of [
    [till, 'Harbour'],
    [menu, 'Harbour'],
    [door, 'Pier'],
  ] as const)
    await admitDevice(ada, { device, name: site, site, labels: {} });
});
afterEach(() => people.close());

const publish = (counter: number, version = counter, by = ada) =>
  writeRelease(by, releaseBody(manifest(counter, version)));
const rollOut = (release: ReleaseId, select: Selector = {}, by = ada) =>
  startRollout(by, { release, select });
const view = () => ada.node.view();
const wishOf = (device: NodeId) => {
  const wish = wishFor(view(), view().devices.get(device)?.body);
  const release = wish && view().releases.get(wish.release)?.manifest;
  return release && `${release.version} as ${release.counter}`;
};
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
    expect(again.manifest).toEqual({ ...manifest(1, 1), counter: 3 });
    expect(wishOf(till)).toBe('1.0.0 as 3');
  });

  test('is one that has the same number as another that was rolled out: whoever committed that takes no other of it', async () => {
    const grace = await people.invite(ada, 'Grace');
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
    const first = await writeRelease(ada, { ...releaseBody(manifest(1, 1)), ...later });
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
    await writeRelease(ada, releaseBody({ ...manifest(3, 1), health: { type: 'quiet', forMs: 1_000 } }));
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
    const grace = await people.invite(ada, 'Grace');
    const first = await publish(1);
    await carry(ada, grace);
    const stolen = await publish(9, 2, grace);
    await carry(grace, ada);
    await rollOut(stolen);
    expect(rolling.plan([{ release: first, select: {} }])[0]?.course).toMatchObject({ counter: 10 });
    await revokeKey(ada, people.keys, {
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

describe('going back', () => {
  test('from a rollout takes its devices to what each was to run before, and says which go where', async () => {
    const [first, second] = [await publish(1), await publish(2)];
    await rollOut(first);
    await rollOut(second, { sites: ['Pier'] });
    const bad = await rollOut(await publish(3));
    const back = rolling.wayBack({ type: 'rollout', rollout: bad }, undefined);
    expect(back.now).toEqual([view().rollouts.at(-1)!.body.release]);
    expect(back.origins).toEqual([
      { release: first, devices: [till, menu] },
      { release: second, devices: [door] },
    ]);
    expect(back.steps).toEqual([
      {
        release: first,
        select: {},
        devices: [till, menu],
        course: { type: 'publish-again', counter: 4 },
      },
      {
        release: second,
        select: { devices: [door] },
        devices: [door],
        course: { type: 'publish-again', counter: 5 },
      },
    ]);
    await rolling.rollOut(back.steps);
    expect([till, menu, door].map(wishOf)).toEqual(['1.0.0 as 4', '1.0.0 as 4', '2.0.0 as 5']);
  });

  test('from a rollout to one release takes all of its devices there', async () => {
    const [first, second] = [await publish(1), await publish(2)];
    await rollOut(first);
    await rollOut(second, { sites: ['Pier'] });
    const bad = await rollOut(await publish(3));
    const { steps } = rolling.wayBack({ type: 'rollout', rollout: bad }, second);
    expect(steps).toMatchObject([{ release: second, select: {}, course: { counter: 4 } }]);
  });

  test('leaves alone who follows a newer rollout by now', async () => {
    await rollOut(await publish(1));
    const bad = await rollOut(await publish(2));
    await rollOut(await publish(3), { sites: ['Pier'] });
    const { steps } = rolling.wayBack({ type: 'rollout', rollout: bad }, undefined);
    expect(steps).toMatchObject([
      { select: { devices: [till, menu] }, devices: [till, menu], course: { counter: 4 } },
    ]);
    await rolling.rollOut(steps);
    expect(wishOf(door)).toBe('3.0.0 as 3');
  });

  test('takes those that were to run nothing before along with the most', async () => {
    await rollOut(await publish(1), { sites: ['Harbour'] });
    const bad = await rollOut(await publish(2));
    const back = rolling.wayBack({ type: 'rollout', rollout: bad }, undefined);
    expect(back.origins.at(-1)).toEqual({ release: undefined, devices: [door] });
    expect(back.steps).toMatchObject([{ select: {}, devices: [till, menu, door] }]);
  });

  test('has nowhere to go from the first rollout of all', async () => {
    const only = await rollOut(await publish(1));
    expect(rolling.wayBack({ type: 'rollout', rollout: only }, undefined).steps).toEqual([]);
    await expect(rolling.rollOut([])).rejects.toThrow('nothing to go back to');
  });

  test('passes over a release that does not count any more, to the one before it', async () => {
    const grace = await people.invite(ada, 'Grace');
    const first = await publish(1);
    await rollOut(first);
    await carry(ada, grace);
    const voided = await publish(2, 2, grace);
    await carry(grace, ada);
    await rollOut(voided);
    const now = await rollOut(await publish(3));
    await revokeKey(ada, people.keys, {
      key: grace.identity.id,
      reason: 'stolen',
      spare: { type: 'nothing-after', entry: voided },
      signing: { type: 'alone' },
    });
    expect(rolling.wayBack({ type: 'rollout', rollout: now }, undefined).origins).toEqual([
      { release: first, devices: [till, menu, door] },
    ]);
  });

  test('of one device names that device', async () => {
    const first = await publish(1);
    await rollOut(first);
    await rollOut(await publish(2));
    const { steps } = rolling.wayBack({ type: 'device', device: menu }, undefined);
    expect(steps).toMatchObject([{ release: first, select: { devices: [menu] }, devices: [menu] }]);
    await rolling.rollOut(steps);
    expect([till, menu].map(wishOf)).toEqual(['2.0.0 as 2', '1.0.0 as 3']);
  });

  test('to a release takes the devices that follow its product, and no others', async () => {
    const first = await publish(1);
    await rollOut(first);
    await rollOut(await publish(2));
    const signs = await writeRelease(ada, releaseBody(manifest(1, 3, 'signs')));
    await rollOut(signs, { sites: ['Pier'] });
    const { steps } = rolling.wayBack({ type: 'product-of', release: first }, first);
    expect(steps).toMatchObject([{ select: { devices: [till, menu] } }]);
    const other = rolling.wayBack({ type: 'product-of', release: signs }, signs);
    expect(other.steps).toMatchObject([{ select: { sites: ['Pier'] }, course: { type: 'roll-out' } }]);
  });
});

describe('what is missing is said before anything is signed', () => {
  test('files that this browser does not hold', async () => {
    const first = await publish(1);
    await rollOut(await publish(2));
    await content.retain(new Set([hashes[2]!]));
    expect(await rolling.filesHere(first)).toEqual({ missingFiles: 1, missingBytes: 11, sizeBytes: 11 });
    const before = ada.node.ledger.size();
    await expect(rolling.rollOut([{ release: first, select: {} }])).rejects.toThrow(
      'This browser lacks 1 of the files of menu 1.0.0, so it cannot publish them again. Fetch them first.',
    );
    expect(ada.node.ledger.size()).toBe(before);
  });

  test('the right to publish, for all steps before the first', async () => {
    const grace = await people.invite(ada, 'Grace', { roles: ['operator'] });
    const [first, second] = [await publish(1), await publish(2)];
    await rollOut(second);
    await carry(ada, grace);
    const hers = createRollingOut(grace, content);
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

describe('two operators who go back at the same time', () => {
  test('take one number; one release counts, and the other is published again above it', async () => {
    const grace = await people.invite(ada, 'Grace');
    const first = await publish(1);
    await rollOut(first);
    await rollOut(await publish(2));
    await rollOut(await publish(3));
    await carry(ada, grace);
    const hers = createRollingOut(grace, content);
    const second = view().releases.get(
      [...view().releases.keys()].find((id) => view().releases.get(id)?.manifest.counter === 2)!,
    )!.entry.id;
    await rolling.rollOut([{ release: first, select: {} }]);
    await hers.rollOut([{ release: second, select: {} }]);
    await carry(grace, ada);
    await carry(ada, grace);
    const standing = [...view().releases.values()].filter(({ manifest: { counter } }) => counter === 4);
    expect(standing).toHaveLength(1);
    const lost = ada.node.ledger
      .entries()
      .find(({ path, id }) => path === '/releases/menu/4' && !view().releases.has(id))!;
    expect(rolling.plan([{ release: lost.id, select: {} }])[0]?.course).toEqual({
      type: 'publish-again',
      counter: 5,
    });
    await rolling.rollOut([{ release: lost.id, select: {} }]);
    expect(wishOf(till)).toBe(`${String(lost.body.version)} as 5`);
  });
});
