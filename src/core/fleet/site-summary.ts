import { compareIds, type NodeId } from '../wire/ids.ts';
import {
  MAX_SUMMARY_DEVICES,
  MAX_SUMMARY_GROUPS,
  prefixOf,
  SUMMARY_INTERVAL_MS,
  type SummaryContent,
  type SummaryGroup,
} from '../wire/site-summary.ts';
import type { Statement } from '../wire/statement.ts';
import { type HeardStatement, isCurrent } from './statement-book.ts';

/** Two that did not come are forgiven: the third is due when the first ends. */
const VALID_MS = 3 * SUMMARY_INTERVAL_MS;

/** What leases say of the devices of a site, the largest groups first; more devices or groups than fit are told by their number alone. */
export function summaryOf(leases: readonly Statement[]): SummaryContent {
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
    validMs: VALID_MS,
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
 * for two intervals, whoever notices first speaks, so that a lowest one that lives but says nothing silences no site for long.
 */
export function isSpeaker(
  here: {
    readonly self: NodeId;
    readonly isOfSite: (node: NodeId) => boolean;
    /** Leases and summaries that were heard. */
    readonly leases: readonly HeardStatement[];
    readonly summaries: readonly HeardStatement[];
    readonly startedMs: number;
  },
  nowMs: number,
): boolean {
  const { self, isOfSite, leases, summaries, startedMs } = here;
  const isLower = ({ statement: { author } }: HeardStatement) =>
    author !== self && isOfSite(author) && compareIds(author, self) < 0;
  const silentMs = 2 * SUMMARY_INTERVAL_MS;
  const ofSite = summaries.filter(({ statement }) => isOfSite(statement.author));
  if (ofSite.some((heard) => isLower(heard) && nowMs - heard.heardAtMs < silentMs)) return false;
  if (!leases.some((heard) => isLower(heard) && isCurrent(heard, nowMs))) return true;
  return nowMs - Math.max(startedMs, ...ofSite.map(({ heardAtMs }) => heardAtMs)) >= silentMs;
}
