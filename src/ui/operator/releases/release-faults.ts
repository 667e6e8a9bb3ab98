import type { ReleaseId } from '../../../core/wire/encoding/ids.ts';
import type { DeviceRow, FaultsRow } from '../../../store/model.ts';
import { countOf, formatSince } from '../../components/format.ts';

/** What devices say went wrong with a release since they committed it. */
export interface ReleaseFaults {
  readonly counts: FaultsRow['counts'];
  readonly sinceMs: number;
  readonly devices: number;
  /** Of these, how many run it still. */
  readonly stillRunning: number;
  /** The one on most devices first. */
  readonly texts: readonly FaultGroup[];
}

export interface FaultGroup {
  readonly kind: FaultsRow['texts'][number]['kind'];
  readonly text: string;
  readonly devices: number;
  /** At least so often: each device names its latest only. */
  readonly times: number;
}

type Told = Pick<DeviceRow, 'faults' | 'running'>;

/** Undefined: no device has said that anything went wrong, which is not the same as that nothing did. */
export function faultsOfRelease(devices: readonly Told[], release: ReleaseId): ReleaseFaults | undefined {
  const told = devices.filter(({ faults }) => faults?.release === release);
  if (told.length === 0) return undefined;
  const counts = { error: 0, warning: 0, restart: 0, unhealthy: 0 };
  const groups = new Map<string, FaultGroup>();
  let sinceMs = Number.POSITIVE_INFINITY;
  for (const { faults } of told) {
    for (const kind of Object.keys(counts) as (keyof typeof counts)[]) counts[kind] += faults!.counts[kind];
    sinceMs = Math.min(sinceMs, faults!.sinceMs);
    for (const { kind, text, count } of faults!.texts) {
      const key = `${kind} ${text}`;
      const group = groups.get(key) ?? { kind, text, devices: 0, times: 0 };
      groups.set(key, { ...group, devices: group.devices + 1, times: group.times + count });
    }
  }
  return {
    counts,
    sinceMs,
    devices: told.length,
    stillRunning: told.filter(({ running }) => running?.release === release).length,
    texts: [...groups.values()].sort(
      (a, b) => b.devices - a.devices || b.times - a.times || (a.text < b.text ? -1 : 1),
    ),
  };
}

/** More than warnings, which apps that work give too. */
export function isFailing({ error, restart, unhealthy }: FaultsRow['counts']): boolean {
  return error + restart + unhealthy > 0;
}

/** "14 errors, 2 restarts on 3 devices since Tuesday"; without devices where one speaks for itself. */
export function faultWords(
  { counts, sinceMs, devices }: Pick<ReleaseFaults, 'counts' | 'sinceMs'> & { readonly devices?: number },
  nowMs: number,
): string {
  const { error, warning, restart, unhealthy } = counts;
  const parts = [
    error > 0 ? countOf(error, 'error') : '',
    restart > 0 ? countOf(restart, 'restart') : '',
    unhealthy > 0 ? `called unhealthy() ${unhealthy === 1 ? 'once' : `${countOf(unhealthy, 'time')}`}` : '',
    warning > 0 ? countOf(warning, 'warning') : '',
  ].filter((part) => part !== '');
  const where = devices === undefined ? '' : ` on ${countOf(devices, 'device')}`;
  return `${parts.join(', ')}${where} ${formatSince(sinceMs, nowMs)}`;
}
