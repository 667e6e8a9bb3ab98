import { describe, expect, test } from 'vitest';
import type { View } from '../ledger/view.ts';
import type { NodeId, ReleaseId, RolloutId } from '../wire/encoding/ids.ts';
import { MAX_SELECTED, type Selector } from '../wire/entry/rollout.ts';
import { originsOf, stepsTo } from './way-back.ts';

const device = (index: number) => `device ${String(index).padStart(5, '0')}` as NodeId;
const release = (name: string) => name as ReleaseId;

/** A view of so many devices and of these rollouts, oldest first; releases of one first word have the same files. */
function aView(
  devices: number,
  rollouts: readonly { readonly release: string; readonly select?: Selector; readonly atMs?: number }[],
): Pick<View, 'rollouts' | 'releases' | 'devices'> {
  return {
    devices: new Map(
      Array.from({ length: devices }, (_, index) => [
        device(index),
        { body: { device: device(index), name: '', site: index % 2 ? 'odd' : 'even', labels: {} } },
      ]),
    ),
    releases: new Map(
      rollouts.map(({ release: name }) => [
        release(name),
        { manifest: { product: 'menu', infoHash: name.split(' ')[0] } },
      ]),
    ),
    rollouts: rollouts.map((rollout, index) => ({
      entry: { id: `rollout ${index}` as RolloutId, author: 'ada', timeMs: rollout.atMs ?? index * 60_000 },
      number: index + 1,
      body: { release: release(rollout.release), select: rollout.select ?? {} },
    })),
  } as never;
}

describe('what devices were to run before', () => {
  test('has other files: going back never ends where it began', () => {
    const view = aView(1, [{ release: 'one' }, { release: 'two' }, { release: 'two again' }]);
    expect(originsOf(view, [device(0)])).toEqual([{ release: 'one', devices: [device(0)] }]);
  });

  test('is what they went back from, once they did', () => {
    const view = aView(1, [{ release: 'one' }, { release: 'two' }, { release: 'one again' }]);
    expect(originsOf(view, [device(0)])).toMatchObject([{ release: 'two' }]);
  });

  test('is not what another step of the same act took it away from at once', () => {
    const view = aView(2, [
      { release: 'one' },
      { release: 'two' },
      { release: 'one again', atMs: 100_000 },
      { release: 'zero', select: { devices: [device(1)] }, atMs: 100_300 },
    ]);
    expect(originsOf(view, [device(0), device(1)])).toEqual([
      { release: 'two', devices: [device(0), device(1)] },
    ]);
  });

  test('is nothing for a device that no rollout named, or that is not admitted', () => {
    const view = aView(2, [{ release: 'one', select: { sites: ['odd'] } }]);
    expect(originsOf(view, [device(0), device(9)])).toEqual([{ release: undefined, devices: [device(0)] }]);
  });

  test('comes with the largest group first', () => {
    const view = aView(5, [
      { release: 'one', select: { sites: ['odd'] } },
      { release: 'two', select: { sites: ['even'] } },
      { release: 'three' },
    ]);
    const all = Array.from({ length: 5 }, (_, index) => device(index));
    expect(originsOf(view, all).map((origin) => [origin.release, origin.devices.length])).toEqual([
      ['two', 3],
      ['one', 2],
    ]);
  });
});

describe('the steps', () => {
  test('use a standing selector that names these devices and no others, so that late-comers follow', () => {
    const view = aView(4, []);
    const odd = [device(1), device(3)];
    expect(stepsTo(view, [{ release: release('one'), devices: odd }], [{ sites: ['odd'] }])).toEqual([
      { release: 'one', select: { sites: ['odd'] } },
    ]);
    expect(stepsTo(view, [{ release: release('one'), devices: odd }], [{}])).toEqual([
      { release: 'one', select: { devices: odd } },
    ]);
  });

  test('name more devices than one rollout takes in several', () => {
    const many = Array.from({ length: MAX_SELECTED + 1 }, (_, index) => device(index));
    const view = aView(MAX_SELECTED + 2, []);
    const steps = stepsTo(view, [{ release: release('one'), devices: many }], [{}]);
    expect(steps.map(({ select }) => select.devices?.length)).toEqual([MAX_SELECTED, 1]);
    expect(new Set(steps.flatMap(({ select }) => select.devices))).toEqual(new Set(many));
  });

  test('never name every device by naming none', () => {
    const view = aView(2, []);
    expect(stepsTo(view, [{ release: release('one'), devices: [] }], [])).toEqual([]);
  });
});
