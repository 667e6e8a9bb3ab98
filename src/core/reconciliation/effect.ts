import type { EntryId } from '../wire/encoding/ids.ts';
import type { ReconciliationMessage } from '../wire/link/reconciliation.ts';

export type ReconciliationStep = Exclude<ReconciliationMessage, { type: 'greet' }>;

/** What the owner of a session must do, in the order given. */
export type ReconciliationEffect =
  | { readonly type: 'send-message'; readonly message: ReconciliationMessage }
  /** The other end lacks these; none is named twice in a session. */
  | { readonly type: 'send-entries'; readonly ids: readonly EntryId[] }
  /** The other end broke a rule. The session is over and takes nothing more. */
  | { readonly type: 'refused'; readonly reason: string };
