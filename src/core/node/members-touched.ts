import type { LedgerEvent } from '../ledger/ledger-event.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import { admittedAt } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';

const OF_AUTHORITY: ReadonlySet<string> = new Set(['root', 'grant', 'revoke', 'ack']);

/** Nodes that may be members now and were not, or the other way round, or of another site. */
export function membersTouched(
  events: readonly LedgerEvent[],
  accepted: readonly Entry[],
): readonly NodeId[] | 'all' {
  const isOfAuthority =
    accepted.some(({ action }) => OF_AUTHORITY.has(action)) ||
    events.some(({ type }) => type === 'author-quarantined' || type === 'root-forked');
  if (isOfAuthority) return 'all';
  return events.flatMap((event) => (event.type === 'path-changed' ? (admittedAt(event.path) ?? []) : []));
}
