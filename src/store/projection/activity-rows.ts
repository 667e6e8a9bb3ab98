import type { Node } from '../../core/node/node.ts';
import type { Entry } from '../../core/wire/entry/entry.ts';
import { type ActivityLog, describeEntry, MAX_ITEMS } from '../activity-log.ts';
import type { ActivityItem } from '../model.ts';
import type { Look } from './look.ts';
import { shareRows } from './structural-sharing.ts';

/** What happened, newest first: who wrote which entry, and what was noticed beside the ledger. */
export interface ActivityRows {
  look(look: Look): readonly ActivityItem[];
}

export function createActivityRows(node: Node, log: ActivityLog): ActivityRows {
  /** As many as may be shown, the newest first; of one time that which was taken in first. */
  let newest: readonly Entry[] = [];
  let seen = 0;
  let written: readonly ActivityItem[] = [];
  let notices: readonly ActivityItem[] = [];
  let items: readonly ActivityItem[] = [];

  const readLedger = () => {
    const { ledger } = node;
    const came = ledger.entries().slice(seen);
    seen = ledger.size();
    newest = [...newest, ...came].sort((a, b) => b.timeMs - a.timeMs).slice(0, MAX_ITEMS);
    // A later entry may give another name to what an earlier one is about.
    written = shareRows(
      written,
      newest.map((entry) => describeEntry(entry, node)),
      ({ key }) => key,
    );
  };

  return {
    look: ({ ledgerGrew }) => {
      if (ledgerGrew) readLedger();
      if (!ledgerGrew && notices === log.notices()) return items;
      notices = log.notices();
      const next = [...written, ...notices].sort((a, b) => b.atMs - a.atMs).slice(0, MAX_ITEMS);
      items = shareRows(items, next, ({ key }) => key);
      return items;
    },
  };
}
