import type { RolloutDeviceSeen } from '../actors/operator-actor.ts';
import { countOf, formatBytes } from '../src/ui/components/format.ts';

/** What `--json` writes. Null where devices have not said. */
export interface DemoSummary {
  readonly devices: number;
  readonly releases: readonly ReleaseFigures[];
  /** Every device runs the last release. */
  readonly ok: boolean;
}

export interface ReleaseFigures {
  readonly version: string;
  /** Devices that came through the trial with it. */
  readonly committed: number;
  /** From choosing the folder in the dashboard to the last of those commits; null when there was none. */
  readonly seconds: number | null;
  /** Sums of what the devices' receipts say. */
  readonly bytesFromPublisher: number | null;
  readonly bytesFromPeers: number | null;
}

export function releaseFigures(
  version: string,
  devices: readonly RolloutDeviceSeen[],
  lastCommitMs: number | undefined,
): ReleaseFigures {
  return {
    version,
    committed: devices.filter(({ stage }) => stage === 'committed').length,
    seconds: lastCommitMs === undefined ? null : Math.round(lastCommitMs / 100) / 10,
    bytesFromPublisher: sumOf(devices.map((device) => device.bytesFromPublisher)),
    bytesFromPeers: sumOf(devices.map((device) => device.bytesFromPeers)),
  };
}

export function summaryTable({ devices, releases }: DemoSummary): readonly string[] {
  const rows = [
    ['Release', 'Committed', 'Seconds', 'From the publisher', 'From peers'],
    ...releases.map((release) => [
      release.version,
      `${release.committed} of ${countOf(devices, 'device')}`,
      release.seconds === null ? 'none' : release.seconds.toFixed(1),
      bytes(release.bytesFromPublisher),
      bytes(release.bytesFromPeers),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}

/** A sum with an unknown part is unknown. */
function sumOf(counts: readonly (number | undefined)[]): number | null {
  let sum = 0;
  for (const count of counts) {
    if (count === undefined) return null;
    sum += count;
  }
  return counts.length === 0 ? null : sum;
}

function bytes(count: number | null): string {
  return count === null ? 'unknown' : formatBytes(count);
}
