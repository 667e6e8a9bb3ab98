import { describe, expect, test } from 'vitest';
import type { Node } from '../core/node/node.ts';
import { at } from '../core/time/testing/at.ts';
import { idFromBytes, type NodeId, type ReleaseId } from '../core/wire/encoding/ids.ts';
import { prefixOf, type SummaryContent, type SummaryGroup } from '../core/wire/statement/site-summary.ts';
import type { LeaseContent } from '../core/wire/statement/statement.ts';
import type { WatchModel } from './model.ts';
import { projectDevices, projectSites, readSiteSummaries } from './testing/whole-projection.ts';
import { WATCHING_ALL } from './watch.ts';

const NOW_MS = 1_000_000;
const [LOW, MIDDLE, HIGH] = [1, 2, 3].map((fill) => idFromBytes<NodeId>(new Uint8Array(32).fill(fill))) as [
  NodeId,
  NodeId,
  NodeId,
];
const MENU = idFromBytes<ReleaseId>(new Uint8Array(32).fill(9));
const NOBODY_WATCHED: WatchModel = {
  choice: { type: 'named', sites: [] },
  inForce: { type: 'some', sites: new Map() },
};

interface Said {
  readonly author: NodeId;
  readonly content: LeaseContent | SummaryContent;
  readonly agoMs: number;
}

const group = (count: number, ...devices: readonly NodeId[]): SummaryGroup => ({
  running: MENU,
  target: undefined,
  stage: 'committed',
  count,
  devices: devices.map(prefixOf),
});
const summary = (
  author: NodeId,
  agoMs: number,
  present: number,
  ...groups: readonly SummaryGroup[]
): Said => ({
  author,
  agoMs,
  content: { type: 'summary', validMs: 90_000, present, groups },
});
const lease = (author: NodeId, agoMs: number): Said => ({
  author,
  agoMs,
  content: {
    type: 'lease',
    validMs: 30_000,
    stage: 'committed',
    running: MENU,
    target: undefined,
    bytesHere: undefined,
    links: [],
    freshness: 'fresh',
  },
});

/** Three devices of one site, and what was heard of it. */
function pier(said: readonly Said[], watch: WatchModel) {
  const heard = said.map(({ author, content, agoMs }) => ({
    statement: { author, content },
    heardAt: at(NOW_MS - agoMs),
  }));
  const ofKind = (kind: string) => heard.filter(({ statement }) => statement.content.type === kind);
  const device = (id: NodeId, name: string) =>
    [id, { entry: { timeMs: 0 }, body: { device: id, name, site: 'Pier', labels: {} } }] as const;
  const node = {
    ledger: { size: () => 1 },
    view: () => ({
      devices: new Map([device(LOW, 'low'), device(MIDDLE, 'middle'), device(HIGH, 'high')]),
      releases: new Map([[MENU, { manifest: { product: 'menu', version: '1.4.0', files: [] } }]]),
      grants: [],
    }),
    book: {
      ofKind,
      newest: (author: NodeId, kind: string) =>
        ofKind(kind).find(({ statement }) => statement.author === author),
    },
  } as unknown as Node;
  const summaries = readSiteSummaries(node, NOW_MS);
  const devices = projectDevices(node, { history: { of: () => [] } as never, summaries, watch }, NOW_MS);
  return {
    site: projectSites(node, devices, summaries, watch)[0]!,
    devices: Object.fromEntries(
      devices.map(({ name, presence, knownBy }) => [name, `${presence} by ${knownBy}`]),
    ),
  };
}

describe('a site that is not watched (G6, M15)', () => {
  test('is known by its summary: how many within its time and that of a lease, what they run, and who says so', () => {
    const { site, devices } = pier([summary(LOW, 20_000, 2, group(2, LOW, MIDDLE))], NOBODY_WATCHED);
    expect(site).toMatchObject({
      admitted: 3,
      seen: { count: 2, by: 'summary', withinMs: 120_000 },
      running: [{ name: 'menu 1.4.0', count: 2 }],
      summary: { speakerName: 'low', heardAtMs: NOW_MS - 20_000, holds: true, otherSpeakers: 0 },
    });
    expect(devices).toEqual({
      low: 'present by summary',
      middle: 'present by summary',
      high: 'never-seen by inventory',
    });
  });

  test('whose summary names only some: who is not named is unknown, not away', () => {
    const { site, devices } = pier([summary(LOW, 0, 3, group(2, LOW))], NOBODY_WATCHED);
    expect(devices).toEqual({
      low: 'present by summary',
      middle: 'unknown by inventory',
      high: 'unknown by inventory',
    });
    expect(site.running).toEqual([
      expect.objectContaining({ name: 'menu 1.4.0', count: 2 }),
      expect.objectContaining({ name: undefined, count: 1 }),
    ]);
  });

  test('whose summary has run out is unknown, not empty', () => {
    const { site, devices } = pier([summary(LOW, 91_000, 3, group(3, LOW, MIDDLE, HIGH))], NOBODY_WATCHED);
    expect(site.seen).toBeUndefined();
    expect(site.summary).toMatchObject({ holds: false, present: 3 });
    expect(devices.low).toBe('unknown by inventory');
  });

  test('is told by a summary that holds, not by one that ran out, whoever has the lower key', () => {
    const { site } = pier(
      [summary(LOW, 91_000, 3, group(3, LOW, MIDDLE, HIGH)), summary(HIGH, 1_000, 1, group(1, HIGH))],
      NOBODY_WATCHED,
    );
    expect(site.summary).toMatchObject({ speakerName: 'high', present: 1, holds: true, otherSpeakers: 0 });
    expect(site.seen).toMatchObject({ count: 1 });
  });

  test('attack: a speaker that counts more devices than were admitted is not believed', () => {
    const { site } = pier([summary(LOW, 0, 400, group(400, LOW))], NOBODY_WATCHED);
    expect(site.seen).toBeUndefined();
    expect(site.summary).toMatchObject({ credible: false, present: 400 });
  });

  test('that is in parts is told by the speaker of the lowest key, with how many others speak', () => {
    const { site } = pier(
      [summary(HIGH, 1_000, 1, group(1, HIGH)), summary(LOW, 30_000, 2, group(2, LOW, MIDDLE))],
      NOBODY_WATCHED,
    );
    expect(site.summary).toMatchObject({ speakerName: 'low', present: 2, otherSpeakers: 1 });
  });
});

test('a site that is watched is known by what its devices say themselves, within a lease (G6)', () => {
  const { site, devices } = pier([lease(LOW, 1_000), lease(MIDDLE, 31_000)], WATCHING_ALL);
  expect(site.seen).toEqual({ count: 1, by: 'leases', withinMs: 30_000 });
  expect(devices).toEqual({
    low: 'present by lease',
    middle: 'away by inventory',
    high: 'never-seen by inventory',
  });
});
