import type { DeviceRow, RunningCount, SiteRow, WatchChoice, WatchModel } from './model.ts';
import { watchOf } from './watch.ts';

/** What a dashboard of a small fleet that was opened an hour ago watches by `choice`. */
export function sampleWatch(choice: WatchChoice, nowMs: number): WatchModel {
  const sinceMs = nowMs - 3_600_000;
  return {
    choice,
    inForce:
      choice.type === 'named'
        ? {
            type: 'some',
            sites: new Map(choice.sites.map((site) => [site, { sinceMs, why: 'named' as const }])),
          }
        : { type: 'all', sinceMs },
  };
}

/** Sites of the sample: the second one's summary has run out, the last one's claims more than there are. */
export function sampleSites(devices: readonly DeviceRow[], watch: WatchModel, nowMs: number): SiteRow[] {
  const names = [...new Set(devices.map(({ site }) => site))].sort();
  return names.map((name, index): SiteRow => {
    const rows = devices.filter(({ site }) => site === name);
    const there = rows.filter(({ presence }) => presence === 'present');
    const speaker = there[0] ?? rows[0]!;
    const watched = watchOf(watch, name) !== undefined;
    const [holds, credible] = [watched || index !== 1, index !== names.length - 1];
    const present = credible ? there.length : there.length * 40;
    const told = watched || (holds && credible);
    return {
      name,
      admitted: rows.length,
      seen: told
        ? {
            count: there.length,
            by: watched ? 'leases' : 'summary',
            withinMs: watched ? 30_000 : 120_000,
          }
        : undefined,
      running: told ? countRunning(there) : [],
      summary: {
        speaker: speaker.id,
        speakerName: speaker.name,
        heardAtMs: nowMs - (holds ? 12_000 + index * 9_000 : 52 * 60_000),
        holds,
        present,
        credible,
        otherSpeakers: index === 2 ? 1 : 0,
        groups: countRunning(there).map(({ name: running, count }) => ({
          running,
          target: undefined,
          stage: 'committed',
          count,
        })),
      },
      lastHeardMs: nowMs - (holds ? 12_000 : 52 * 60_000),
    };
  });
}

function countRunning(devices: readonly DeviceRow[]): RunningCount[] {
  const names = [
    ...new Set(devices.map(({ running }) => running && `${running.product} ${running.version}`)),
  ];
  return names.map((name) => {
    const same = devices.filter(
      ({ running }) => (running && `${running.product} ${running.version}`) === name,
    );
    return { name, release: same[0]?.running?.release, count: same.length };
  });
}

/** As the node would tell them: of a site that is not watched, by its summary or by what is kept. */
export function sampleDevices(
  devices: readonly DeviceRow[],
  sites: readonly SiteRow[],
  watch: WatchModel,
): DeviceRow[] {
  return devices.map((device): DeviceRow => {
    if (watchOf(watch, device.site) !== undefined) return device;
    const { summary } = sites.find(({ name }) => name === device.site)!;
    const told = summary?.holds === true && summary.credible;
    if (told && device.presence === 'present') return { ...device, knownBy: 'summary', progress: undefined };
    return { ...device, knownBy: 'inventory', presence: told ? device.presence : 'unknown' };
  });
}
