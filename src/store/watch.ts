import type { WatchedSite, WatchModel } from './model.ts';

export const WATCHING_ALL: WatchModel = {
  choice: { type: 'by-size' },
  inForce: { type: 'all', sinceMs: 0 },
};

/** Undefined: the site is not watched. `why` is `all` where every site is. */
export function watchOf(
  { inForce }: WatchModel,
  site: string,
): { readonly sinceMs: number; readonly why: WatchedSite['why'] | 'all' } | undefined {
  return inForce.type === 'all' ? { sinceMs: inForce.sinceMs, why: 'all' } : inForce.sites.get(site);
}
