import type { DeviceRow, ReleaseRow } from '../../../store/model.ts';
import { versionOf } from '../devices/device-filter.ts';

export interface VersionCount {
  /** "product version", or "unknown". */
  readonly name: string;
  readonly count: number;
  readonly known: boolean;
}

/** What runs where, the most frequent first; devices that have not said come last, and are not left out. */
export function countVersions(devices: readonly DeviceRow[]): readonly VersionCount[] {
  const counts = new Map<string, VersionCount>();
  for (const device of devices) {
    const name = versionOf(device);
    const known = device.running !== undefined;
    counts.set(name, { name, known, count: (counts.get(name)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort(compareCounts);
}

/** The same of a whole fleet, of which each release knows already how many devices run it. */
export function countFleetVersions(
  releases: readonly ReleaseRow[],
  devices: number,
): readonly VersionCount[] {
  const counts = releases
    .filter(({ runningOn }) => runningOn > 0)
    .map(({ product, label, runningOn }) => ({ name: `${product} ${label}`, count: runningOn, known: true }));
  const unknown = devices - counts.reduce((sum, { count }) => sum + count, 0);
  return [...counts, ...(unknown === 0 ? [] : [{ name: 'unknown', count: unknown, known: false }])].sort(
    compareCounts,
  );
}

function compareCounts(a: VersionCount, b: VersionCount): number {
  return Number(b.known) - Number(a.known) || b.count - a.count || (a.name < b.name ? -1 : 1);
}
