import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeId, ReleaseId, RolloutId } from '../wire/encoding/ids.ts';
import type { AdmissionBody } from '../wire/entry/admission.ts';
import type { Selector } from '../wire/entry/rollout.ts';
import { selectedDevices, type Wishing, wishedReleases, wishFor } from './wish.ts';

const till: AdmissionBody = {
  device: 'till' as NodeId,
  name: 'Till 1',
  site: 'Harbour',
  labels: { screen: 'wide', floor: '1' },
};
const board: AdmissionBody = {
  device: 'board' as NodeId,
  name: 'Menu board',
  site: 'Market',
  labels: { screen: 'wide' },
};

const rollout = (
  id: string,
  release: string,
  select: Selector,
  lacking: readonly string[] = [],
): Wishing['rollouts'][number] => ({
  entry: { id: id as RolloutId },
  body: { release: release as ReleaseId, select, lacking },
});
const wishing = (
  rollouts: readonly Wishing['rollouts'][number][],
  voided: readonly string[] = [],
): Wishing => ({ rollouts, releases: { has: (release) => !voided.includes(release) } });

describe('a selector names a device when each of its conditions does (D12)', () => {
  const CASES: readonly [string, Selector, boolean][] = [
    ['no condition', {}, true],
    ['its key', { devices: [till.device] }, true],
    ['its key among others', { devices: [board.device, till.device] }, true],
    ['another key', { devices: [board.device] }, false],
    ['no key at all', { devices: [] }, false],
    ['its site', { sites: ['Harbour'] }, true],
    ['its site among others', { sites: ['Market', 'Harbour'] }, true],
    ['another site', { sites: ['Market'] }, false],
    ['no site at all', { sites: [] }, false],
    ['a site whose name is like its own', { sites: ['harbour'] }, false],
    ['one of its labels', { labels: { screen: 'wide' } }, true],
    ['all of its labels', { labels: { screen: 'wide', floor: '1' } }, true],
    ['a label that it has with another value', { labels: { floor: '2' } }, false],
    ['a label that it has not', { labels: { colour: 'red' } }, false],
    ['one label that it has and one that it has not', { labels: { screen: 'wide', floor: '2' } }, false],
    ['no label at all', { labels: {} }, true],
    ['its key at another site', { devices: [till.device], sites: ['Market'] }, false],
    ['its site with a label of another', { sites: ['Harbour'], labels: { floor: '9' } }, false],
    ['a label of what every object has', { labels: { toString: 'x', constructor: 'y' } }, false],
  ];

  test.each(CASES)('%s', (_, select, isNamed) => {
    expect(selectedDevices(select, [till, board]).includes(till.device)).toBe(isNamed);
    expect(wishFor(wishing([rollout('r', 'a', select)]), till) !== undefined).toBe(isNamed);
  });

  test('whatever the conditions: as a sentence about each of them says', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const labels = fc.dictionary(fc.constantFrom('x', 'y'), name, { noNullPrototype: true });
    const device = fc.record({ device: name, name, site: name, labels }) as fc.Arbitrary<unknown>;
    const select = fc.record(
      { devices: fc.array(name), sites: fc.array(name), labels },
      { requiredKeys: [] },
    ) as fc.Arbitrary<unknown>;
    fc.assert(
      fc.property(select as fc.Arbitrary<Selector>, device as fc.Arbitrary<AdmissionBody>, (wanted, one) => {
        const faults = [
          wanted.devices && !new Set(wanted.devices).has(one.device),
          wanted.sites && !new Set(wanted.sites).has(one.site),
          ...Object.keys(wanted.labels ?? {}).map((key) => one.labels[key] !== wanted.labels![key]),
        ];
        expect(selectedDevices(wanted, [one])).toEqual(faults.some(Boolean) ? [] : [one.device]);
      }),
    );
  });
});

describe('a device follows (D12)', () => {
  const first = rollout('first', 'a', {});
  const second = rollout('second', 'b', { sites: ['Harbour'] });

  test('the newest rollout that names it', () => {
    expect(wishFor(wishing([first, second]), till)).toMatchObject({ rollout: 'second', release: 'b' });
    expect(wishFor(wishing([first, second]), board)).toMatchObject({ rollout: 'first', release: 'a' });
    expect(wishFor(wishing([second]), board)).toBeUndefined();
  });

  test('none whose release does not count, and then the one before', () => {
    expect(wishFor(wishing([first, second], ['b']), till)).toMatchObject({ rollout: 'first', release: 'a' });
    expect(wishFor(wishing([first, second], ['a', 'b']), till)).toBeUndefined();
  });

  test('one that it cannot understand, if what it does understand names it: the one before is over (D13)', () => {
    const later = rollout('later', 'c', { sites: ['Harbour'] }, ['waves']);
    expect(wishFor(wishing([first, later]), till)).toEqual({
      rollout: 'later',
      release: 'c',
      lacking: ['waves'],
    });
    expect(wishFor(wishing([first, later]), board)).toEqual({ rollout: 'first', release: 'a', lacking: [] });
  });

  test('none as long as it is not admitted', () => {
    expect(wishFor(wishing([first]), undefined)).toBeUndefined();
  });
});

test('what a node that only seeds holds is what some device is wished to run, and nothing else (B8)', () => {
  const rollouts = [
    rollout('old', 'a', {}),
    rollout('till', 'b', { devices: [till.device] }),
    rollout('elsewhere', 'c', { sites: ['Pier'] }),
  ];
  expect([...wishedReleases(wishing(rollouts), [till, board])].sort()).toEqual(['a', 'b']);
  expect([...wishedReleases(wishing(rollouts), [till])]).toEqual(['b']);
  expect([...wishedReleases(wishing(rollouts.slice(1)), [till, board])]).toEqual(['b']);
  expect([...wishedReleases(wishing(rollouts), [])]).toEqual([]);
});
