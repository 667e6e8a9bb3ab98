import { describe, expect, test } from 'vitest';
import { at } from '../time/testing/at.ts';
import type { NodeId, ReleaseId } from '../wire/encoding/ids.ts';
import { prefixOf } from '../wire/statement/site-summary.ts';
import { encodeStatement, type Statement } from '../wire/statement/statement.ts';
import { intervalOf, isSpeaker, summaryIntervalMs, summaryOf } from './site-summary.ts';
import type { HeardStatement } from './statement-book.ts';

const key = (first: string) => first.padEnd(43, 'A') as NodeId;
const release = (first: string) => first.padEnd(43, 'A') as ReleaseId;
const START_MS = 1_000_000;
const INTERVAL_MS = 30_000;

const lease = (author: NodeId, running?: ReleaseId): Statement => ({
  fleet: release('F'),
  author,
  session: 1,
  sequence: 0,
  timeMs: 0,
  content: {
    type: 'lease',
    validMs: 30_000,
    stage: 'committed',
    running,
    target: undefined,
    bytesHere: undefined,
    links: [],
    freshness: 'fresh',
  },
});
const heard = (statement: Statement, heardAtMs: number): HeardStatement => ({
  statement,
  bytes: new Uint8Array(),
  heardAt: at(heardAtMs),
});
const summary = (author: NodeId, heardAtMs: number) =>
  heard({ ...lease(author), content: summaryOf([], INTERVAL_MS) }, heardAtMs);

describe('a summary (M15)', () => {
  test('comes every half minute in fleets of up to 50 sites, every five minutes in one of 500, and holds for three of these', () => {
    expect([1, 50, 100, 500, 4_000].map(summaryIntervalMs)).toEqual([
      30_000, 30_000, 60_000, 300_000, 300_000,
    ]);
    const { validMs } = summaryOf([], 60_000);
    expect(validMs).toBe(180_000);
    expect(intervalOf(summaryOf([], 60_000))).toBe(60_000);
  });

  test('says how many devices run what, and which, the most of one kind first', () => {
    const leases = [
      lease(key('a'), release('R')),
      lease(key('b'), release('S')),
      lease(key('c'), release('S')),
    ];
    expect(summaryOf(leases, INTERVAL_MS)).toMatchObject({
      present: 3,
      groups: [
        { running: release('S'), count: 2, devices: [prefixOf(key('b')), prefixOf(key('c'))] },
        { running: release('R'), count: 1, devices: [prefixOf(key('a'))] },
      ],
    });
  });

  test('of a site with more devices and kinds than fit tells the rest by number, and fits a statement', () => {
    const names = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const leases = Array.from({ length: 400 }, (_, at) =>
      lease(key(`${names[at % 26]}${names[Math.floor(at / 26)]}`), release(names[at % 20]!)),
    );
    const content = summaryOf(leases, INTERVAL_MS);
    expect(content.present).toBe(400);
    expect(content.groups).toHaveLength(16);
    expect(content.groups.flatMap(({ devices }) => devices)).toHaveLength(256);
    expect(encodeStatement({ ...leases[0]!, content }).length).toBeLessThan(4_096);
  });
});

describe('who speaks for a site (M15)', () => {
  const speaks = (
    self: NodeId,
    { leases = [], summaries = [] }: { leases?: HeardStatement[]; summaries?: HeardStatement[] },
    afterMs: number,
  ) =>
    isSpeaker(
      {
        self,
        isOfSite: (node) => !node.startsWith('x'),
        leases,
        summaries,
        startedMs: START_MS,
        intervalMs: INTERVAL_MS,
      },
      START_MS + afterMs,
    );

  test('in a large fleet waits longer before it takes the place of one that was heard: two of that one’s intervals', () => {
    const slow = heard({ ...lease(key('D')), content: summaryOf([], 300_000) }, START_MS);
    const leases = [heard(lease(key('B')), START_MS + 595_000)];
    expect(speaks(key('C'), { leases, summaries: [slow] }, 599_999)).toBe(false);
    expect(speaks(key('C'), { leases, summaries: [slow] }, 600_000)).toBe(true);
  });

  test('the lowest key that lives, and not one of another site', () => {
    const lower = heard(lease(key('B')), START_MS);
    const stranger = heard(lease(key('x')), START_MS);
    expect(speaks(key('C'), { leases: [lower] }, 0)).toBe(false);
    expect(speaks(key('A'), { leases: [lower] }, 0)).toBe(true);
    expect(speaks(key('y'), { leases: [stranger] }, 0)).toBe(true);
  });

  test('the next when the lowest one’s lease ran out', () => {
    expect(speaks(key('C'), { leases: [heard(lease(key('B')), START_MS)] }, 30_000)).toBe(true);
  });

  test('nobody who heard a lower one speak, though its lease does not come here', () => {
    expect(speaks(key('C'), { summaries: [summary(key('B'), START_MS)] }, 10_000)).toBe(false);
  });

  test('another when a lowest one lives and nothing was heard for two intervals', () => {
    const silent = 2 * INTERVAL_MS;
    const leases = [heard(lease(key('B')), START_MS + silent - 5_000)];
    expect(speaks(key('C'), { leases }, silent - 1)).toBe(false);
    expect(speaks(key('C'), { leases }, silent)).toBe(true);
    const summaries = [summary(key('D'), START_MS + silent - 5_000)];
    expect(speaks(key('C'), { leases, summaries }, silent)).toBe(false);
  });
});
