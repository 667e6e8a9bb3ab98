const KIBI = 1024;
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Binary units (IEC 80000-13), three significant digits at most: `0 B`, `18.4 KiB`, `1.02 GiB`. */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= KIBI && unit < BYTE_UNITS.length - 1) {
    value /= KIBI;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The largest whole unit of a span, never below one second: `8 s`, `3 min`, `5 h`, `12 d`. */
export function formatSpan(spanMs: number): string {
  if (spanMs < MINUTE) return `${Math.max(1, Math.floor(spanMs / SECOND))} s`;
  if (spanMs < HOUR) return `${Math.floor(spanMs / MINUTE)} min`;
  if (spanMs < DAY) return `${Math.floor(spanMs / HOUR)} h`;
  return `${Math.floor(spanMs / DAY)} d`;
}

/** How long ago `atMs` was. A clock that runs ahead of ours counts as now. */
export function formatAgo(atMs: number, nowMs: number): string {
  const spanMs = nowMs - atMs;
  return spanMs < 10 * SECOND ? 'just now' : `${formatSpan(spanMs)} ago`;
}

const INSTANT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export function formatInstant(atMs: number): string {
  return INSTANT.format(atMs);
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const WEEKDAY = new Intl.DateTimeFormat('en', { weekday: 'long' });
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** The time of day: `14:05`. */
export function formatClock(atMs: number): string {
  return CLOCK.format(atMs);
}

/** Since when something is so: `since 14:05`, on another day `since Tuesday`, and a week or more ago the date. */
export function formatSince(atMs: number, nowMs: number): string {
  const startOfDay = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  // A day of which the clock was changed is 23 or 25 hours long.
  const days = Math.round((startOfDay(nowMs) - startOfDay(atMs)) / DAY);
  if (days <= 0) return `since ${formatClock(atMs)}`;
  return `since ${days < 7 ? WEEKDAY.format(atMs) : DATE.format(atMs)}`;
}

/** Whole percent that says 0 only for nothing and 100 only for everything. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0) return '0 %';
  const percent = (100 * part) / whole;
  if (percent > 0 && percent < 1) return '<1 %';
  if (percent > 99 && percent < 100) return '99 %';
  return `${Math.round(percent)} %`;
}

export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`;
}

/** The first eight characters of a key or hash: enough to tell two apart by eye, never enough to trust. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
