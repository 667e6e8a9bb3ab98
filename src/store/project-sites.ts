import type { Node } from '../core/node/node.ts';
import type { ReleaseId } from '../core/wire/encoding/ids.ts';
import type { SummaryContent } from '../core/wire/statement/site-summary.ts';
import { LEASE_MS } from '../core/wire/statement/statement.ts';
import type { DeviceRow, RunningCount, SiteRow, SiteSummaryRow, WatchModel } from './model.ts';
import { nameOfPerson } from './project-people.ts';
import { nameOfRelease } from './release-names.ts';
import type { HeardSummary, SiteSummaries } from './site-summaries.ts';
import { watchOf } from './watch.ts';

/** One site of the ledger: by its devices' own leases where it is watched, else by its summary. */
export function siteRow(
  node: Node,
  name: string,
  devices: Iterable<DeviceRow>,
  { summaries, watch }: { readonly summaries: SiteSummaries; readonly watch: WatchModel },
): SiteRow {
  const heard = summaries.of(name);
  const tally = tallyOf(devices, heard);
  const summary = heard && summaryRow(node, heard, tally.admitted, summaries.speakers(name));
  const { seen, running } =
    watchOf(watch, name) !== undefined ? bySelf(tally, heard) : bySummary(node, heard, summary);
  return { name, admitted: tally.admitted, seen, running, summary, lastHeardMs: tally.lastHeardMs };
}

interface Tally {
  admitted: number;
  present: number;
  presentBySummary: number;
  /** What those that are present run. */
  readonly running: Map<ReleaseId | undefined, RunningCount>;
  lastHeardMs: number | undefined;
}

/** In one pass that makes little: a site may have thousands of devices, of which some are heard before every look. */
function tallyOf(devices: Iterable<DeviceRow>, heard: HeardSummary | undefined): Tally {
  const tally: Tally = {
    admitted: 0,
    present: 0,
    presentBySummary: 0,
    running: new Map(),
    lastHeardMs: heard?.heardAt.wallMs,
  };
  for (const { presence, knownBy, running, lastSeenMs } of devices) {
    tally.admitted++;
    if (lastSeenMs !== undefined && !(lastSeenMs < (tally.lastHeardMs ?? 0))) tally.lastHeardMs = lastSeenMs;
    if (presence !== 'present') continue;
    tally.present++;
    if (knownBy === 'summary') tally.presentBySummary++;
    const counted = tally.running.get(running?.release);
    const name = counted === undefined ? running && `${running.product} ${running.version}` : counted.name;
    tally.running.set(running?.release, {
      release: running?.release,
      name,
      count: (counted?.count ?? 0) + 1,
    });
  }
  return tally;
}

type Counted = Pick<SiteRow, 'seen' | 'running'>;

function bySelf({ present, presentBySummary, running }: Tally, heard: HeardSummary | undefined): Counted {
  const withinMs = heard !== undefined && presentBySummary > 0 ? seenWithinMs(heard.content) : LEASE_MS;
  return { seen: { count: present, by: 'leases', withinMs }, running: inOrder(running.values()) };
}

function bySummary(
  node: Node,
  heard: HeardSummary | undefined,
  summary: SiteSummaryRow | undefined,
): Counted {
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
  return inOrder(byRelease.values());
}

/** What is known first, then by count; of one count by name, so that the order hangs on nothing else. */
function inOrder(counts: Iterable<RunningCount>): RunningCount[] {
  return [...counts]
    .filter(({ count }) => count > 0)
    .sort(
      (a, b) =>
        Number(a.name === undefined) - Number(b.name === undefined) ||
        b.count - a.count ||
        compareTexts(a.name ?? '', b.name ?? '') ||
        compareTexts(a.release ?? '', b.release ?? ''),
    );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
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
