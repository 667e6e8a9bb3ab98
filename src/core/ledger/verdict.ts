import type { EntryId } from '../wire/ids.ts';

/** The rule of docs/protocol.md that an entry broke, for logs, alarms and tests. */
export type Rule =
  | 'L1-genesis'
  | 'L2-fleet'
  | 'L3-body'
  | 'L4-authority'
  | 'L5-scope'
  | 'L6-expired'
  | 'L7-counter';

export type Verdict =
  | { readonly type: 'authorised' }
  | { readonly type: 'refused'; readonly rule: Rule; readonly reason: string };

export const AUTHORISED: Verdict = { type: 'authorised' };

export function refuse(rule: Rule, reason: string): Verdict {
  return { type: 'refused', rule, reason };
}

/** What came of one entry that was received. */
export type LedgerEvent =
  | { readonly type: 'entry-accepted'; readonly id: EntryId }
  | { readonly type: 'entry-stalled'; readonly id: EntryId; readonly missing: readonly EntryId[] }
  | { readonly type: 'entry-refused'; readonly id: EntryId; readonly rule: Rule; readonly reason: string };
