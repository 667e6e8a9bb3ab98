import type { Instant, MonotonicMs } from '../core/time/instant.ts';
import { compareIds, type NodeId } from '../core/wire/encoding/ids.ts';
import { prefixOf, type SummaryContent, type SummaryGroup } from '../core/wire/statement/site-summary.ts';

/** What the speakers of sites say (M15). */
export interface SiteSummaries {
  /** Who counts: of those that hold the one of the lowest key, else the one heard last. */
  of(site: string): HeardSummary | undefined;
  /** How many hold. */
  speakers(site: string): number;
  /** The group of a summary that holds, heard after `afterMs`, in which the device is; of several in the one heard last. */
  groupOf(site: string, device: NodeId, afterMs: MonotonicMs): HeardGroup | undefined;
}

type HeardGroup = SummaryGroup & { readonly heardAt: Instant };

export interface HeardSummary {
  readonly speaker: NodeId;
  readonly heardAt: Instant;
  readonly holds: boolean;
  readonly content: SummaryContent;
}

/** What the speakers of one site say together. */
export interface SiteWord {
  readonly summary: HeardSummary | undefined;
  readonly speakers: number;
  groupOf(device: NodeId, afterMs: MonotonicMs): HeardGroup | undefined;
}

export function readSiteWord(heard: readonly HeardSummary[]): SiteWord {
  const said = [...heard].sort(byStanding);
  const groups = new Map<string, HeardGroup[]>();
  for (const { holds, heardAt, content } of said)
    for (const group of holds ? content.groups : [])
      for (const prefix of group.devices) {
        const named = groups.get(prefix) ?? [];
        named.push({ ...group, heardAt });
        groups.set(prefix, named);
      }
  return {
    summary: said[0],
    speakers: said.filter(({ holds }) => holds).length,
    groupOf: (device, afterMs) =>
      groups
        .get(prefixOf(device))
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
  return (a.holds ? 0 : byNews(a, b)) || compareIds(a.speaker, b.speaker);
}

type WithInstant = { readonly heardAt: Instant };

function byNews({ heardAt: a }: WithInstant, { heardAt: b }: WithInstant): number {
  // What was heard at an unknown time of an earlier run has no difference to another such.
  return a.monotonicMs === b.monotonicMs ? 0 : b.monotonicMs - a.monotonicMs;
}
