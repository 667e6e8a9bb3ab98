import type { NodeId, ReleaseId } from '../../core/wire/encoding/ids.ts';
import type { DeviceRow } from '../model.ts';
import { compareDevices } from '../project-devices.ts';
import { createOrderedRows } from './ordered-rows.ts';
import { shareEqual } from './structural-sharing.ts';

/** The devices of the fleet, and what other parts of the model count of them. */
export interface DeviceRows {
  /** By name. */
  rows(): readonly DeviceRow[];
  get(id: NodeId): DeviceRow | undefined;
  ofSite(site: string): Iterable<DeviceRow>;
  sites(): Iterable<string>;
  /** How many said that they run it. */
  runningOn(release: ReleaseId): number;
  /** Undefined: it is no device any more. Undefined where nothing came of it. */
  put(id: NodeId, row: DeviceRow | undefined): DeviceChange | undefined;
}

export interface DeviceChange {
  readonly id: NodeId;
  readonly before: DeviceRow | undefined;
  readonly after: DeviceRow | undefined;
}

export function createDeviceRows(): DeviceRows {
  const bySite = new Map<string, Map<NodeId, DeviceRow>>();
  const runningOn = new Map<ReleaseId, number>();
  const ordered = createOrderedRows<DeviceRow>(({ id }) => id, compareDevices);

  const leaveSite = ({ id, site }: DeviceRow) => {
    const rows = bySite.get(site);
    rows?.delete(id);
    if (rows?.size === 0) bySite.delete(site);
  };

  const count = (release: ReleaseId, change: 1 | -1) => {
    const devices = (runningOn.get(release) ?? 0) + change;
    if (devices === 0) runningOn.delete(release);
    else runningOn.set(release, devices);
  };

  const remove = (row: DeviceRow) => {
    ordered.delete(row.id);
    leaveSite(row);
  };

  const set = (row: DeviceRow, before: DeviceRow | undefined) => {
    ordered.set(row);
    if (before !== undefined && before.site !== row.site) leaveSite(before);
    const rows = bySite.get(row.site) ?? new Map<NodeId, DeviceRow>();
    bySite.set(row.site, rows);
    rows.set(row.id, row);
  };

  return {
    rows: ordered.rows,
    get: ordered.get,
    ofSite: (site) => bySite.get(site)?.values() ?? [],
    sites: () => bySite.keys(),
    runningOn: (release) => runningOn.get(release) ?? 0,
    put: (id, row) => {
      const before = ordered.get(id);
      const after = shareEqual(before, row);
      if (after === before) return undefined;
      if (before?.running !== undefined) count(before.running.release, -1);
      if (after?.running !== undefined) count(after.running.release, 1);
      if (after !== undefined) set(after, before);
      else if (before !== undefined) remove(before);
      return { id, before, after };
    },
  };
}
