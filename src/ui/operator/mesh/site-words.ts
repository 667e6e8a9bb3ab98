import type { SiteRow, WatchModel } from '../../../store/model.ts';
import { watchOf } from '../../../store/watch.ts';
import { countOf, formatAgo, formatSpan } from '../../components/format.ts';

/** How many of a site's devices were seen, and how lately; what is not known is not zero. */
export function seenWords(site: SiteRow): string {
  if (site.seen === undefined) return 'unknown';
  return `${site.seen.count.toLocaleString('en')} of ${site.admitted.toLocaleString('en')} within ${formatSpan(site.seen.withinMs)}`;
}

/** Why it is not known how many are there, or what was last; empty where nothing need be said. */
export function doubtWords({ seen, summary, admitted }: SiteRow, nowMs: number): string {
  if (seen !== undefined) return '';
  if (summary === undefined) return 'nobody has spoken for it';
  if (!summary.credible)
    return `${summary.speakerName} claims ${summary.present.toLocaleString('en')}, more than were admitted`;
  return `${summary.present.toLocaleString('en')} of ${admitted.toLocaleString('en')}, ${formatAgo(summary.heardAtMs, nowMs)}`;
}

/** "menu 1.4.0 on 9, menu 1.3.2 on 3". */
export function runningWords({ running }: SiteRow): string {
  return running
    .map(({ name, count }) => `${name ?? 'not told'} on ${count.toLocaleString('en')}`)
    .join(', ');
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const DAY_AND_CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const DAY_MS = 24 * 3_600_000;

/** "since 14:31", with the day when that was long ago; "no" for a site that is not watched. */
export function watchedWords(watch: WatchModel, site: string, nowMs: number): string {
  const watched = watchOf(watch, site);
  if (watched === undefined) return 'no';
  const since = (nowMs - watched.sinceMs < DAY_MS ? CLOCK : DAY_AND_CLOCK).format(watched.sinceMs);
  return watched.why === 'open' ? `while open, since ${since}` : `since ${since}`;
}

/** What this browser watches, in one sentence. */
export function watchSentence(watch: WatchModel, siteCount: number): string {
  const { inForce, choice } = watch;
  if (inForce.type === 'all')
    return choice.type === 'by-size'
      ? 'This browser watches all sites, because the fleet is small.'
      : 'This browser watches all sites.';
  const named = [...inForce.sites.values()].filter(({ why }) => why === 'named').length;
  const opened = inForce.sites.size - named;
  const parts = [
    named === 0 ? '' : countOf(named, 'site that was chosen', 'sites that were chosen'),
    opened === 0 ? '' : countOf(opened, 'site that is open', 'sites that are open'),
  ].filter(Boolean);
  return `This browser watches ${parts.join(' and ') || 'no site'}, of ${countOf(siteCount, 'site')}.`;
}

/** Where the page of a site is. */
export function siteAddress(site: string): string {
  return `#/mesh/site?name=${encodeURIComponent(site)}`;
}
