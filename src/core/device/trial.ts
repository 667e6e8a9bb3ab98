import type { HealthRule } from '../wire/entry/release.ts';
import type { ReleaseWarnings } from '../wire/statement/release-warnings.ts';
import type { FrameFact } from './input.ts';
import type { TimeWindow } from './time-window.ts';
import { createWarningTally } from './warning-tally.ts';

/** A guess: apps load themselves again once or twice, for a language or a login. More finds loops later, less forgives less. */
const MAX_FIRST_PAGE_STARTS = 3;

export type Verdict = { readonly type: 'healthy' } | { readonly type: 'unwell'; readonly reason: string };

/**
 * One start of a candidate, held against its own rule (D5). It is found well by a beat that comes after its rule is met, and by nothing
 * else: a page that hangs once it has met the rule never sends one.
 */
export interface Trial {
  onFact(
    fact: Exclude<FrameFact, { type: 'frame-failed' | 'app-origin-failed' | 'frame-reloads' }>,
    nowMs: number,
  ): Verdict | undefined;
  /** The timer of `time` fired. */
  onTime(nowMs: number): Verdict | undefined;
  warnings(): ReleaseWarnings;
}

/** `time` is the trial's own: it opens and closes it. */
export function beginTrial(health: HealthRule, time: TimeWindow, nowMs: number, paintMs: number): Trial {
  const tally = createWarningTally();
  let firstPage: { readonly path: string; starts: number } | undefined;
  let firstError = '';
  let shown = { loaded: false, painted: false };
  /** Under the `quiet` rule: the time that must go by without an error runs. */
  let quiet = false;
  /** The rule is met; a beat is awaited. */
  let met = false;

  const openTime = (atMs: number) => time.open(health.type === 'call' ? health.withinMs : paintMs, atMs);
  openTime(nowMs);

  const onPageStarted = (path: string, atMs: number): Verdict | undefined => {
    firstPage ??= { path, starts: 0 };
    if (path !== firstPage.path) return undefined;
    firstPage.starts += 1;
    if (firstPage.starts > MAX_FIRST_PAGE_STARTS)
      return unwell(`its first page began ${firstPage.starts} times: it loads itself again and again`);
    if (firstPage.starts === 1) return undefined;
    // Nothing that the page before showed says anything of this one.
    shown = { loaded: false, painted: false };
    met = false;
    if (quiet) openTime(atMs);
    quiet = false;
    return undefined;
  };

  const onShown = (part: Partial<typeof shown>, atMs: number) => {
    shown = { ...shown, ...part };
    if (health.type !== 'quiet' || quiet || !shown.loaded || !shown.painted) return;
    quiet = true;
    time.open(health.forMs, atMs);
  };

  const onError = (message: string): Verdict | undefined => {
    if (health.type === 'quiet') return unwell(`it threw an error: ${message}`);
    firstError ||= message;
    tally.add(message);
    return undefined;
  };

  return {
    onFact: (fact, atMs) => {
      switch (fact.type) {
        case 'page-started':
          return onPageStarted(fact.page, atMs);
        case 'release-loaded':
          onShown({ loaded: true }, atMs);
          return undefined;
        case 'release-painted':
          onShown({ painted: true }, atMs);
          return undefined;
        case 'release-healthy':
          if (health.type === 'call') met = true;
          return undefined;
        case 'release-beat':
          return met ? { type: 'healthy' } : undefined;
        case 'release-error':
          return onError(fact.message);
        case 'release-warning':
          tally.add(fact.message);
          return undefined;
      }
    },
    onTime: (atMs) => {
      if (!time.isOver(atMs) || met) return undefined;
      if (health.type === 'call') {
        const because = firstError === '' ? '' : `; its first error was: ${firstError}`;
        return unwell(`it did not call healthy() within ${health.withinMs / 1000} s${because}`);
      }
      if (!quiet) return unwell(`it did not ${shown.loaded ? 'paint' : 'load'} within ${paintMs / 1000} s`);
      met = true;
      return undefined;
    },
    warnings: tally.report,
  };
}

function unwell(reason: string): Verdict {
  return { type: 'unwell', reason };
}
