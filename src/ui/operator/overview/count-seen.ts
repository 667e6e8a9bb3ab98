import { LEASE_MS } from '../../../core/wire/statement/statement.ts';
import type { SiteRow } from '../../../store/model.ts';

/** Devices of all sites that were seen, within how long, and of how many sites nobody says: unknown is not zero. */
export function countSeen(sites: readonly SiteRow[]): {
  readonly count: number;
  readonly withinMs: number;
  readonly silentSites: number;
} {
  let count = 0;
  let withinMs = LEASE_MS;
  for (const { seen } of sites) {
    count += seen?.count ?? 0;
    withinMs = Math.max(withinMs, seen?.withinMs ?? 0);
  }
  return { count, withinMs, silentSites: sites.filter(({ seen }) => seen === undefined).length };
}
