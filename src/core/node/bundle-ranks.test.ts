import { expect, test } from 'vitest';
import type { View } from '../ledger/view.ts';
import type { InfoHash, NodeId, ReleaseId } from '../wire/encoding/ids.ts';
import type { Selector } from '../wire/entry/rollout.ts';
import { rankBundles } from './bundle-ranks.ts';

const DEVICE = 'device' as NodeId;

/** Releases as `product counter`, each with a bundle of that name; rollouts in rising order. */
function ranksOf(
  releases: readonly string[],
  rollouts: readonly { readonly release: string; readonly select?: Selector }[] = [],
): readonly string[] {
  const manifestOf = (name: string) => {
    const [product, counter] = name.split(' ');
    return { product, counter: Number(counter), infoHash: name as InfoHash };
  };
  const view = {
    releases: new Map(releases.map((name) => [name as ReleaseId, { manifest: manifestOf(name) }])),
    rollouts: rollouts.map(({ release, select = {} }) => ({
      entry: { id: release },
      body: { release, select },
    })),
    devices: new Map([[DEVICE, { body: { device: DEVICE, site: 'hall', name: 'x', labels: {} } }]]),
  } as unknown as View;
  const ranks = rankBundles(view);
  expect([...ranks.values()]).toEqual([...ranks.keys()].map((_, at) => at));
  return [...ranks.keys()];
}

test('what a device is wished to run comes first, then of each product the newest, and so on (B5)', () => {
  expect(ranksOf(['app 1', 'app 2', 'app 3', 'sign 9', 'sign 7'], [{ release: 'app 1' }])).toEqual([
    'app 1',
    'app 3',
    'sign 9',
    'app 2',
    'sign 7',
  ]);
});

test('the newest rollout comes first; one that names no device any more, or is taken back, wishes nothing', () => {
  const releases = ['app 1', 'app 2', 'app 3', 'app 4'];
  const forHall = { sites: ['hall'] };
  expect(
    ranksOf(releases, [
      { release: 'app 2' },
      { release: 'app 1', select: forHall },
      { release: 'app 3', select: { sites: ['gone'] } },
    ]),
  ).toEqual(['app 1', 'app 4', 'app 3', 'app 2']);
  expect(ranksOf(releases, [{ release: 'app 2' }])).toEqual(['app 2', 'app 4', 'app 3', 'app 1']);
});

test('a rollout whose release does not count ranks nothing, and the order hangs on no order of arrival', () => {
  const releases = ['app 1', 'sign 1', 'app 2', 'b 1', 'a 1'];
  const ranks = ranksOf(releases, [{ release: 'void 1' }]);
  expect(ranks).toEqual(['a 1', 'app 2', 'b 1', 'sign 1', 'app 1']);
  expect(ranksOf([...releases].reverse(), [{ release: 'void 1' }])).toEqual(ranks);
});
