import type { RolloutDeviceRow } from '../../../store/model.ts';

export interface WarningGroup {
  readonly text: string;
  readonly devices: number;
  /** At least so often: each device names its first kinds only. */
  readonly times: number;
}

/** What devices told of a release's warnings, by their text, the one on most devices first. */
export function groupWarnings(rows: readonly Pick<RolloutDeviceRow, 'warnings'>[]): readonly WarningGroup[] {
  const groups = new Map<string, { devices: number; times: number }>();
  for (const { warnings } of rows)
    for (const { text, count } of warnings.kinds) {
      const group = groups.get(text) ?? { devices: 0, times: 0 };
      groups.set(text, { devices: group.devices + 1, times: group.times + count });
    }
  return [...groups]
    .map(([text, group]) => ({ text, ...group }))
    .sort((a, b) => b.devices - a.devices || b.times - a.times || (a.text < b.text ? -1 : 1));
}
