import { isSpeaker, summaryIntervalMs, summaryOf } from '../fleet/site-summary.ts';
import { isCurrent, type StatementBook } from '../fleet/statement-book.ts';
import type { MonotonicMs } from '../time/instant.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { SummaryContent } from '../wire/statement/site-summary.ts';

/** Says the summary of this node's site to the fleet when it is this node's turn (M15). */
export interface SiteSpeaker {
  /** How long until the first look. */
  start(nowMs: MonotonicMs, random: () => number): number;
  /** What to say now, if anything, and how long until the next look. */
  handleTimer(
    nowMs: MonotonicMs,
    random: () => number,
  ): { readonly summary: SummaryContent | undefined; readonly delayMs: number };
}

/** A guess: first links stand by then; spread, so that of a site that starts at once few speak before they hear of each other. */
const FIRST_MS = { least: 2_000, spread: 10_000 } as const;
/** A guess: looks drift apart, so that of those who notice a silent site one is first. */
const SPREAD = 0.2;

export function createSiteSpeaker(deps: {
  readonly self: NodeId;
  readonly siteOf: (node: NodeId) => string | undefined;
  readonly book: StatementBook;
}): SiteSpeaker {
  const { self, siteOf, book } = deps;
  let startedMs: MonotonicMs = 0;

  const intervalMs = (nowMs: MonotonicMs) => {
    const sites = new Set<string | undefined>();
    for (const heard of book.ofKind('summary'))
      if (isCurrent(heard, nowMs)) sites.add(siteOf(heard.statement.author));
    return summaryIntervalMs(sites.size);
  };

  const summary = (nowMs: MonotonicMs, interval: number): SummaryContent | undefined => {
    const site = siteOf(self);
    if (site === undefined) return undefined;
    const isOfSite = (node: NodeId) => siteOf(node) === site;
    const leases = book.ofKind('lease').filter(({ statement }) => isOfSite(statement.author));
    const here = {
      self,
      isOfSite,
      leases,
      summaries: book.ofKind('summary'),
      startedMs,
      intervalMs: interval,
    };
    if (!isSpeaker(here, nowMs)) return undefined;
    const current = leases.filter((heard) => isCurrent(heard, nowMs));
    return summaryOf(
      current.map(({ statement }) => statement),
      interval,
    );
  };

  return {
    start: (nowMs, random) => {
      startedMs = nowMs;
      return FIRST_MS.least + FIRST_MS.spread * random();
    },
    handleTimer: (nowMs, random) => {
      const interval = intervalMs(nowMs);
      return {
        summary: summary(nowMs, interval),
        delayMs: interval * (1 - SPREAD / 2 + SPREAD * random()),
      };
    },
  };
}
