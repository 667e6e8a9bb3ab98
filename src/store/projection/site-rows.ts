import type { Node } from '../../core/node/node.ts';
import type { SiteRow, WatchModel } from '../model.ts';
import { siteRow } from '../project-sites.ts';
import type { SiteSummaries } from '../site-summaries.ts';
import type { DeviceRows } from './device-rows.ts';
import { createOrderedRows } from './ordered-rows.ts';

/** The sites of the fleet. */
export interface SiteRows {
  /** By name. */
  rows(): readonly SiteRow[];
  /** Of these sites something else may be known. */
  update(sites: Iterable<string>, watch: WatchModel): void;
}

export function createSiteRows(node: Node, devices: DeviceRows, summaries: SiteSummaries): SiteRows {
  const ordered = createOrderedRows<SiteRow>(
    ({ name }) => name,
    (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );

  const project = (name: string, watch: WatchModel): SiteRow | undefined => {
    const row = siteRow(node, name, devices.ofSite(name), { summaries, watch });
    return row.admitted === 0 ? undefined : row;
  };

  return {
    rows: ordered.rows,
    update: (sites, watch) => {
      for (const name of sites) {
        const row = project(name, watch);
        if (row === undefined) ordered.delete(name);
        else ordered.set(row);
      }
    },
  };
}
