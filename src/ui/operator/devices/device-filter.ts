import type { DeviceRow } from '../../../store/model.ts';
import type { ExportRow } from '../../components/delimited.ts';
import { formatLabels } from '../../components/labels.ts';
import { needsAttention, statusOfDevice, wordForPresence } from '../../components/stage-status.ts';

export interface DeviceFilter {
  readonly text: string;
  readonly site: string;
  readonly state: string;
  /** "product version" as it runs. */
  readonly version: string;
  readonly reason: string;
}

/** The filter in a page's address; what is absent is empty. */
export function readDeviceFilter(params: URLSearchParams): DeviceFilter {
  return {
    text: params.get('q') ?? '',
    site: params.get('site') ?? '',
    state: params.get('state') ?? '',
    version: params.get('version') ?? '',
    reason: params.get('reason') ?? '',
  };
}

export const STATE_FILTERS = [
  { value: 'attention', label: 'Needs attention' },
  { value: 'underway', label: 'Underway' },
  { value: 'committed', label: 'Committed' },
  { value: 'present', label: 'Present' },
  { value: 'away', label: 'Away' },
  { value: 'never-seen', label: 'Never seen' },
  { value: 'unknown', label: 'Unknown' },
  { value: 'short', label: 'Lost entries' },
] as const;

const HOLDS: Readonly<Record<(typeof STATE_FILTERS)[number]['value'], (device: DeviceRow) => boolean>> = {
  attention: (device) => needsAttention(device.stage),
  underway: (device) => statusOfDevice(device.stage, device.presence).tone === 'underway',
  committed: (device) => device.stage === 'committed',
  present: (device) => device.presence === 'present',
  away: (device) => device.presence === 'away',
  'never-seen': (device) => device.presence === 'never-seen',
  unknown: (device) => device.presence === 'unknown',
  short: (device) => device.freshness === 'short',
};

/** Devices for which every condition holds; an empty condition, or one that this build does not know, holds. */
export function filterDevices(devices: readonly DeviceRow[], filter: DeviceFilter): readonly DeviceRow[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = Object.hasOwn(HOLDS, filter.state) ? HOLDS[filter.state as keyof typeof HOLDS] : () => true;
  return devices.filter(
    (device) =>
      (filter.site === '' || device.site === filter.site) &&
      (filter.version === '' || versionOf(device) === filter.version) &&
      (filter.reason === '' || device.reason === filter.reason) &&
      holds(device) &&
      (words.length === 0 || matchesWords(device, words)),
  );
}

function matchesWords(device: DeviceRow, words: readonly string[]): boolean {
  const text = [
    device.name,
    device.site,
    formatLabels(device.labels),
    versionOf(device),
    device.reason,
    device.id,
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

export function versionOf(device: DeviceRow): string {
  return device.running === undefined ? 'unknown' : `${device.running.product} ${device.running.version}`;
}

export function sitesOf(devices: readonly DeviceRow[]): readonly string[] {
  return [...new Set(devices.map((device) => device.site))].sort();
}

export function exportDevice(device: DeviceRow): ExportRow {
  return {
    id: device.id,
    name: device.name,
    site: device.site,
    labels: formatLabels(device.labels),
    presence: wordForPresence(device.presence),
    knownBy: device.knownBy,
    stage: device.stage,
    product: device.running?.product,
    version: device.running?.version,
    target: device.target?.version,
    lastSeen: device.lastSeenMs === undefined ? undefined : new Date(device.lastSeenMs).toISOString(),
    reason: device.reason,
  };
}
