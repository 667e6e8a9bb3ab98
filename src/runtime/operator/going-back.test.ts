import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import { releaseBody } from '../../core/wire/entry/release.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { revokeKey } from './authority-actions.ts';
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
    const grace = await fleet.people.invite(ada, 'Grace');
    const first = await publish(1);
    await rollOut(first);
    await carry(ada, grace);
    const voided = await publish(2, 2, grace);
    await carry(grace, ada);
    await rollOut(voided);
    const now = await rollOut(await publish(3));
    await revokeKey(ada, fleet.people.keys, {
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
    const signs = await writeRelease(ada, releaseBody(fleet.manifest(1, 3, 'signs')));
    await rollOut(signs, { sites: ['Pier'] });
    const { steps } = rolling.wayBack({ type: 'product-of', release: first }, first);
    expect(steps).toMatchObject([{ select: { devices: [till, menu] } }]);
    const other = rolling.wayBack({ type: 'product-of', release: signs }, signs);
    expect(other.steps).toMatchObject([{ select: { sites: ['Pier'] }, course: { type: 'roll-out' } }]);
  });
});

describe('two operators who go back at the same time', () => {
  test('take one number; one release counts, and the other is published again above it', async () => {
    const grace = await fleet.people.invite(ada, 'Grace');
    const first = await publish(1);
    await rollOut(first);
    await rollOut(await publish(2));
    await rollOut(await publish(3));
    await carry(ada, grace);
    const hers = createRollingOut(grace, fleet.content);
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
