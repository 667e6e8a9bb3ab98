import type { Node } from '../core/node/node.ts';
import type { ReleaseId } from '../core/wire/encoding/ids.ts';
import type { SummaryContent } from '../core/wire/statement/site-summary.ts';
import { LEASE_MS } from '../core/wire/statement/statement.ts';
import type { DeviceRow, RunningCount, SiteRow, SiteSummaryRow, WatchModel } from './model.ts';
import { nameOfPerson } from './project-people.ts';
import { nameOfRelease } from './release-names.ts';
import type { HeardSummary, SiteSummaries } from './site-summaries.ts';
import { watchOf } from './watch.ts';

/** Every site of the ledger, by name: by its devices' own leases where it is watched, else by its summary. */
export function projectSites(
  node: Node,
  devices: readonly DeviceRow[],
  summaries: SiteSummaries,
  watch: WatchModel,
): SiteRow[] {
  const bySite = new Map<string, DeviceRow[]>();
  for (const device of devices) {
    const rows = bySite.get(device.site);
    if (rows === undefined) bySite.set(device.site, [device]);
    else rows.push(device);
  }
  return Array.from(bySite, ([name, rows]): SiteRow => {
    const heard = summaries.of(name);
    const summary = heard && summaryRow(node, heard, rows.length, summaries.speakers(name));
    return {
      name,
      admitted: rows.length,
      ...counted(node, rows, heard, summary, watchOf(watch, name) !== undefined),
      summary,
      lastHeardMs: newestOf([heard?.heardAt.wallMs, ...rows.map(({ lastSeenMs }) => lastSeenMs)]),
    };
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function counted(
  node: Node,
  rows: readonly DeviceRow[],
  heard: HeardSummary | undefined,
  summary: SiteSummaryRow | undefined,
  watched: boolean,
): Pick<SiteRow, 'seen' | 'running'> {
  if (watched) {
    const there = rows.filter(({ presence }) => presence === 'present');
    const bySummary = heard !== undefined && there.some(({ knownBy }) => knownBy === 'summary');
    const withinMs = bySummary ? seenWithinMs(heard.content) : LEASE_MS;
    return {
      seen: { count: there.length, by: 'leases', withinMs },
      running: countRunning(
        there.map(({ running }) => ({
          release: running?.release,
          name: running && `${running.product} ${running.version}`,
          count: 1,
        })),
      ),
    };
  }
  if (heard === undefined || summary === undefined || !summary.holds || !summary.credible)
    return { seen: undefined, running: [] };
  const groups = heard.content.groups.map(({ running, count }) => ({
    release: running,
    name: releaseName(node, running),
    count,
  }));
  const untold = summary.present - groups.reduce((sum, { count }) => sum + count, 0);
  return {
    seen: { count: summary.present, by: 'summary', withinMs: seenWithinMs(heard.content) },
    running: countRunning([...groups, { release: undefined, name: undefined, count: untold }]),
  };
}

/** A summary that still holds counts devices whose leases held when it was made. */
function seenWithinMs({ validMs }: SummaryContent): number {
  return validMs + LEASE_MS;
}

function countRunning(counts: readonly RunningCount[]): RunningCount[] {
  const byRelease = new Map<ReleaseId | undefined, RunningCount>();
  for (const { release, name, count } of counts)
    byRelease.set(release, { release, name, count: (byRelease.get(release)?.count ?? 0) + count });
  return [...byRelease.values()]
    .filter(({ count }) => count > 0)
    .sort((a, b) => Number(a.name === undefined) - Number(b.name === undefined) || b.count - a.count);
}

function summaryRow(
  node: Node,
  { speaker, heardAt, holds, content }: HeardSummary,
  admitted: number,
  speakers: number,
): SiteSummaryRow {
  return {
    speaker,
    speakerName: nameOfPerson(node, speaker),
    heardAtMs: heardAt.wallMs,
    holds,
    present: content.present,
    // Attack: a device that invents neighbours would make a site look well that is not.
    credible: content.present <= admitted,
    otherSpeakers: Math.max(0, speakers - 1),
    groups: content.groups.map(({ running, target, stage, count }) => ({
      running: releaseName(node, running),
      target: releaseName(node, target),
      stage,
      count,
    })),
  };
}

function releaseName(node: Node, release: ReleaseId | undefined): string | undefined {
  const named = release && nameOfRelease(node, release);
  return named && `${named.product} ${named.version}`;
}

/** Undefined where nothing was heard. Not `Math.max(...)`: a site may have more devices than a call takes arguments. */
function newestOf(times: readonly (number | undefined)[]): number | undefined {
  return times.reduce<number | undefined>(
    (newest, time) => (time === undefined || (newest !== undefined && newest >= time) ? newest : time),
    undefined,
  );
}
