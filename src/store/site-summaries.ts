import { isCurrent } from '../core/fleet/statement-book.ts';
import type { Node } from '../core/node/node.ts';
import type { Instant, MonotonicMs } from '../core/time/instant.ts';
import { compareIds, type NodeId } from '../core/wire/encoding/ids.ts';
import { prefixOf, type SummaryContent, type SummaryGroup } from '../core/wire/statement/site-summary.ts';

/** What the speakers of sites say, in the order of a look-up: read once for all rows of a page (M15). */
export interface SiteSummaries {
  /** Who counts: of those that hold the one of the lowest key, else the one heard last. */
  of(site: string): HeardSummary | undefined;
  /** How many hold. */
  speakers(site: string): number;
  /** The group of a summary that holds, heard after `afterMs`, in which the device is; of several in the one heard last. */
  groupOf(
    site: string,
    device: NodeId,
    afterMs: MonotonicMs,
  ): (SummaryGroup & { readonly heardAt: Instant }) | undefined;
}

export interface HeardSummary {
  readonly speaker: NodeId;
  readonly heardAt: Instant;
  readonly holds: boolean;
  readonly content: SummaryContent;
}

export function readSiteSummaries(node: Node, nowMs: MonotonicMs): SiteSummaries {
  const { devices } = node.view();
  const bySite = new Map<string, HeardSummary[]>();
  for (const heard of node.book.ofKind('summary')) {
    const { author, content } = heard.statement;
    const site = devices.get(author)?.body.site;
    if (content.type !== 'summary' || site === undefined) continue;
    const said = bySite.get(site) ?? [];
    said.push({ speaker: author, heardAt: heard.heardAt, holds: isCurrent(heard, nowMs), content });
    bySite.set(site, said);
  }
  for (const said of bySite.values()) said.sort(byStanding);

  const groups = new Map<string, (SummaryGroup & { readonly heardAt: Instant })[]>();
  for (const [site, said] of bySite)
    for (const { holds, heardAt, content } of said)
      for (const group of holds ? content.groups : [])
        for (const prefix of group.devices) {
          const key = `${prefix} ${site}`;
          groups.set(key, [...(groups.get(key) ?? []), { ...group, heardAt }]);
        }

  return {
    of: (site) => bySite.get(site)?.[0],
    speakers: (site) => bySite.get(site)?.filter(({ holds }) => holds).length ?? 0,
    groupOf: (site, device, afterMs) =>
      groups
        .get(`${prefixOf(device)} ${site}`)
        ?.filter(({ heardAt }) => heardAt.monotonicMs >= afterMs)
        .sort(byNews)[0],
  };
}

/** Whether every device that is there is named: then one that is not named is not there. */
export function namesAll({ present, groups }: SummaryContent): boolean {
  return groups.reduce((sum, { devices }) => sum + devices.length, 0) === present;
}

function byStanding(a: HeardSummary, b: HeardSummary): number {
  if (a.holds !== b.holds) return a.holds ? -1 : 1;
  return a.holds ? compareIds(a.speaker, b.speaker) : byNews(a, b);
}

type WithInstant = { readonly heardAt: Instant };

function byNews({ heardAt: a }: WithInstant, { heardAt: b }: WithInstant): number {
  // What was heard at an unknown time of an earlier run has no difference to another such.
  return a.monotonicMs === b.monotonicMs ? 0 : b.monotonicMs - a.monotonicMs;
}
