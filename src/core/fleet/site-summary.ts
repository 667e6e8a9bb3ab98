import type { MonotonicMs } from '../time/instant.ts';
import { compareIds, type NodeId } from '../wire/encoding/ids.ts';
import {
  MAX_SUMMARY_DEVICES,
  MAX_SUMMARY_GROUPS,
  prefixOf,
  type SummaryContent,
  type SummaryGroup,
} from '../wire/statement/site-summary.ts';
import type { Statement } from '../wire/statement/statement.ts';
import { type HeardStatement, isCurrent } from './statement-book.ts';

/**
 * Guesses: a speaker says its summary as far apart as gives each site 600 ms, at least half a minute and at most five. A node of any
 * fleet of up to 500 sites then passes on five summaries in three seconds at most, some 1.3 kB a second, and all see a change
 * of a site within half a minute in small fleets and five in large ones; who watches a site sees it at once.
 */
const INTERVAL_MS = { least: 30_000, most: 300_000, ofEachSite: 600 } as const;
/** Two that did not come are forgiven: the third is due when the first ends. */
const VALID_INTERVALS = 3;
/** How many intervals a site is left silent before another speaks. */
const SILENT_INTERVALS = 2;

/** How far apart the summaries of one site are in a fleet in which so many sites are heard. */
export function summaryIntervalMs(sites: number): number {
  return Math.min(INTERVAL_MS.most, Math.max(INTERVAL_MS.least, sites * INTERVAL_MS.ofEachSite));
}

/** How far apart its author says such summaries. */
export function intervalOf({ validMs }: SummaryContent): number {
  return validMs / VALID_INTERVALS;
}

/** What leases say of the devices of a site, the largest groups first; more devices or groups than fit are told by their number alone. */
export function summaryOf(leases: readonly Statement[], intervalMs: number): SummaryContent {
  const groups = new Map<string, SummaryGroup & { readonly members: NodeId[] }>();
  for (const { author, content } of leases) {
    if (content.type !== 'lease') continue;
    const { running, target, stage } = content;
    const key = `${running} ${target} ${stage}`;
    const group = groups.get(key) ?? { running, target, stage, count: 0, devices: [], members: [] };
    group.members.push(author);
    groups.set(key, group);
  }
  const largest = [...groups.values()].sort((a, b) => b.members.length - a.members.length);
  let room = MAX_SUMMARY_DEVICES;
  return {
    type: 'summary',
    validMs: VALID_INTERVALS * intervalMs,
    present: largest.reduce((sum, { members }) => sum + members.length, 0),
    groups: largest.slice(0, MAX_SUMMARY_GROUPS).map(({ running, target, stage, members }) => {
      const devices = members.slice(0, room).map(prefixOf);
      room -= devices.length;
      return { running, target, stage, count: members.length, devices };
    }),
  };
}

/**
 * Who says a site's summary: of its devices that live, as far as this one knows, the one with the lowest key. No votes are counted and
 * nothing is agreed on: two may speak for a while, and the higher falls silent when it hears the lower. When nobody was heard
 * for two intervals of its own, whoever notices first speaks, so that a lowest one that lives but says nothing silences no site for long.
 */
export function isSpeaker(
  here: {
    readonly self: NodeId;
    readonly isOfSite: (node: NodeId) => boolean;
    /** Leases and summaries that were heard. */
    readonly leases: readonly HeardStatement[];
    readonly summaries: readonly HeardStatement[];
    readonly startedMs: MonotonicMs;
    /** As far as this node knows, until one of the site was heard. */
    readonly intervalMs: number;
  },
  nowMs: MonotonicMs,
): boolean {
  const { self, isOfSite, leases, summaries, startedMs, intervalMs } = here;
  const isLower = ({ statement: { author } }: HeardStatement) =>
    author !== self && isOfSite(author) && compareIds(author, self) < 0;
  const silentFrom = ({ heardAt, statement: { content } }: HeardStatement) =>
    heardAt.monotonicMs + SILENT_INTERVALS * (content.type === 'summary' ? intervalOf(content) : intervalMs);
  const ofSite = summaries.filter(({ statement }) => isOfSite(statement.author));
  if (ofSite.some((heard) => isLower(heard) && nowMs < silentFrom(heard))) return false;
  if (!leases.some((heard) => isLower(heard) && isCurrent(heard, nowMs))) return true;
  return nowMs >= Math.max(startedMs + SILENT_INTERVALS * intervalMs, ...ofSite.map(silentFrom));
}
