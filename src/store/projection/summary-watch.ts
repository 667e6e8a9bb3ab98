import { type HeardStatement, isCurrent } from '../../core/fleet/statement-book.ts';
import type { Node } from '../../core/node/node.ts';
import type { MonotonicMs } from '../../core/time/instant.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import { type HeardSummary, readSiteWord, type SiteSummaries, type SiteWord } from '../site-summaries.ts';
import { createDeadlines } from './deadlines.ts';
import type { Look } from './look.ts';

/** What sites say of themselves, kept up as summaries are heard and run out. */
export interface SummaryWatch extends SiteSummaries {
  onHeard(heard: HeardStatement): void;
  /** Sites of which something else is said than at the last look. */
  look(look: Look): ReadonlySet<string>;
}

interface Spoken {
  readonly site: string | undefined;
  readonly heard: HeardStatement;
  readonly summary: HeardSummary;
}

export function createSummaryWatch({ book, view }: Pick<Node, 'book' | 'view'>): SummaryWatch {
  const spoken = new Map<NodeId, Spoken>();
  const words = new Map<string, SiteWord>();
  const ends = createDeadlines<NodeId>();
  const heardSince = new Set<NodeId>(book.ofKind('summary').map(({ statement }) => statement.author));

  const read = (author: NodeId, nowMs: MonotonicMs): Spoken | undefined => {
    const heard = book.newest(author, 'summary');
    const content = heard?.statement.content;
    if (heard === undefined || content?.type !== 'summary') return undefined;
    const site = view().devices.get(author)?.body.site;
    const { heardAt } = heard;
    return { site, heard, summary: { speaker: author, heardAt, holds: isCurrent(heard, nowMs), content } };
  };

  /** The sites of which it speaks or spoke, where that is news. */
  const lookAt = (author: NodeId, nowMs: MonotonicMs): readonly (string | undefined)[] => {
    const [before, after] = [spoken.get(author), read(author, nowMs)];
    if (after === undefined) spoken.delete(author);
    else spoken.set(author, after);
    const { heardAt, holds = false, content } = after?.summary ?? {};
    ends.set(
      author,
      heardAt !== undefined && content !== undefined && holds
        ? heardAt.monotonicMs + content.validMs
        : undefined,
    );
    const isSame =
      before?.heard === after?.heard && before?.site === after?.site && before?.summary.holds === holds;
    return isSame ? [] : [before?.site, after?.site];
  };

  return {
    onHeard: ({ statement }) => {
      if (statement.content.type === 'summary') heardSince.add(statement.author);
    },
    look: ({ now, ledgerGrew }) => {
      const nowMs = now.monotonicMs;
      const doubtful = new Set([...heardSince, ...ends.due(nowMs)]);
      heardSince.clear();
      // The ledger says of which site a speaker speaks.
      if (ledgerGrew) for (const author of spoken.keys()) doubtful.add(author);
      const changed = new Set<string>();
      for (const author of doubtful)
        for (const site of lookAt(author, nowMs)) if (site !== undefined) changed.add(site);
      if (changed.size === 0) return changed;
      const said = new Map<string, HeardSummary[]>(Array.from(changed, (site) => [site, []]));
      for (const { site, summary } of spoken.values()) if (site !== undefined) said.get(site)?.push(summary);
      for (const [site, summaries] of said)
        if (summaries.length === 0) words.delete(site);
        else words.set(site, readSiteWord(summaries));
      return changed;
    },
    of: (site) => words.get(site)?.summary,
    speakers: (site) => words.get(site)?.speakers ?? 0,
    groupOf: (site, device, afterMs) => words.get(site)?.groupOf(device, afterMs),
  };
}
